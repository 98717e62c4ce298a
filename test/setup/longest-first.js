import TestSequencer from '@jest/test-sequencer';

/** Seconds on two quiet cores, of the files that take long. A family of files is one row. */
const usualSeconds = [
  [/\/corpus\/corpus-18\./, 300],
  [/\/corpus\/corpus-/, 200],
  [/\/postgres\/hostile-owner\./, 150],
  [/\/postgres\/hostile-text\./, 100],
  [/\/workflows\/(faults|silent-server|stopping)\./, 85],
  [/\/scale\/growth\./, 80],
  [/\/property\/pairs-1[468]\./, 80],
  [/\/kubernetes\/(namespace-faults|namespace-rights|recreated)\./, 70],
  [/\/(corpus\/psql|workflows\/replay|postgres\/silent-server|e2e\/dev)\./, 55],
  [/\/(site|e2e|property|runtime)\//, 38],
  [/\/chart\/(patterns|operator)\./, 37],
  [/\/scale\/limits\./, 35],
  [
    /\/workflows\/(claims|claim-rights|server-queue|overlap|retirement|policy|canary|protocol)\./,
    30,
  ],
  [
    /\/postgres\/(held-locks|event-triggers|check|writers|retirement|adopted-code|passwords|live-bounds|apply)\./,
    28,
  ],
  [
    /\/kubernetes\/(deletion|reconcile|tenancy|lifecycle|namespaces|secrets|requests|processes)/,
    25,
  ],
  [/\/(watcher\/watcher|sources\/directory-policies)\./, 20],
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
