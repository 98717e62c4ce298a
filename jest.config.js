import { existsSync, readFileSync } from 'node:fs';

const typescript = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
};

/** What `setup.js test` could not provide on this machine, by name, with the reason. */
const unavailable = existsSync('dist/unavailable.json')
  ? JSON.parse(readFileSync('dist/unavailable.json', 'utf8'))
  : {};

const allMajors = [14, 15, 16, 17, 18];
const wanted = (process.env.PGWARDEN_TEST_MAJORS ?? allMajors.join()).split(',').map(Number);
const majors = wanted.filter((major) => !(`postgres/${major}` in unavailable));
process.env.PGWARDEN_TEST_MAJORS = majors.join();

/** Files for one version each, e.g. `corpus-14.test.ts`. */
const otherMajors = allMajors
  .filter((major) => !majors.includes(major))
  .map((major) => `-${major}\\.test\\.ts$`);

const temporalTests =
  'temporal' in unavailable
    ? ['/test/(workflows|watcher|e2e|embedded/temporal|chart/temporal)']
    : [];
const oldestTemporalTests =
  'oldest-temporal' in unavailable
    ? ['/test/(workflows/oldest-server|embedded/temporal-upgrade)\\.']
    : [];

/**
 * A third of a PostgreSQL backend's time in the system is memory that glibc gives back after each large statement, and
 * takes again for the next one. Every server that the tests start inherits these.
 */
process.env.MALLOC_TRIM_THRESHOLD_ ??= '268435456';
process.env.MALLOC_MMAP_THRESHOLD_ ??= '268435456';
process.env.MALLOC_TOP_PAD_ ??= '16777216';

const kubernetesTests = 'kubernetes' in unavailable ? ['/test/(kubernetes|chart)/'] : [];
const helmTests = 'helm' in unavailable ? ['/test/chart/'] : [];

/** `npm run test:cluster` alone runs them: they take minutes, root, and most of a machine. */
const clusterTests =
  process.env.PGWARDEN_TEST_CLUSTER === 'true' && !('cluster' in unavailable)
    ? []
    : ['/test/cluster/'];

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.pgwarden/'],
  testPathIgnorePatterns: [
    ...otherMajors,
    ...temporalTests,
    ...oldestTemporalTests,
    ...kubernetesTests,
    ...helmTests,
    ...clusterTests,
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', typescript] },
  globalSetup: '<rootDir>/test/setup/start.ts',
  globalTeardown: '<rootDir>/test/setup/stop.ts',
  reporters: ['default', 'summary', '<rootDir>/test/setup/counts-reporter.js'],
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker has no open handle left when it ends, but freeing its heap (600 MB after the tests of core) takes longer than the
  // default of 500 ms where all cores are busy. One that does not end is still reported.
  workerGracefulExitTimeout: 10_000,
};
