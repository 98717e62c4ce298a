import TestSequencer from '@jest/test-sequencer';

/** Seconds on two quiet cores, of the files that take long. A family of files is one row. */
const usualSeconds = [
  [/\/postgres\/hostile-(text|owner)\./, 110],
  [/\/corpus\/(corpus-\d+|psql)\./, 100],
  [/\/property\//, 70],
  [/\/workflows\/(faults|silent-server|stopping)\./, 80],
  [/\/kubernetes\/namespace-faults\./, 75],
  [/\/(workflows\/claims|cli\/cloud-identity)\./, 60],
  [/\/e2e\//, 40],
  [/\/workflows\/(protocol|retirement|replay|history)\./, 30],
  [
    /\/(watcher\/watcher|cli\/diff-apply|postgres\/(check|login|apply|retirement|held-locks|silent-server|event-triggers|writers|live-bounds))\./,
    20,
  ],
  [/\/kubernetes\/(namespaces|deletion)/, 25],
  [/\/(workflows|embedded|kubernetes|chart|postgres)\//, 10],
];

/**
 * Starts long files first, so that the last minutes are not one of them alone. Jest does so by itself where it ran
 * before; in a fresh clone it would go by the size of files, which says nothing here.
 */
export default class LongestFirst extends TestSequencer {
  time(test) {
    return super.time(test) ?? usualMs(test.path);
  }
}

function usualMs(path) {
  const [, seconds = 1] = usualSeconds.find(([pattern]) => pattern.test(path)) ?? [];
  return seconds * 1_000;
}
