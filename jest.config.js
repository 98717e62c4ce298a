import { existsSync, readFileSync } from 'node:fs';

const typescript = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
};

/** What `setup.js test` could not provide on this machine, by name, with the reason. */
const unavailable = existsSync('dist/unavailable.json')
  ? JSON.parse(readFileSync('dist/unavailable.json', 'utf8'))
  : {};

const missingMajors = [14, 15, 16, 17, 18].filter((major) => `postgres/${major}` in unavailable);
if (missingMajors.length > 0) process.env.PGWARDEN_TEST_WITHOUT_MAJORS = missingMajors.join();

const temporalTests = [
  '/test/workflows/',
  '/test/watcher/',
  '/test/e2e/',
  '/test/embedded/temporal',
];

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.pgwarden/'],
  testPathIgnorePatterns: 'temporal' in unavailable ? temporalTests : [],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', typescript] },
  globalSetup: '<rootDir>/test/setup/start.ts',
  globalTeardown: '<rootDir>/test/setup/stop.ts',
  reporters: ['default', 'summary', '<rootDir>/test/setup/counts-reporter.js'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
