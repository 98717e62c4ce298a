import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

/** It makes many documents, which takes too long to do for every mutant. */
const left = ['any-document.test.ts'];

/**
 * Makes one file of the unit tests and what they import. Jest loads every module again for each mutant and test file,
 * which takes far longer than the tests.
 */
const tests = readdirSync('test/core', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !left.includes(file),
);
await build({
  stdin: {
    contents: [
      ...tests.map((file) => `import './test/core/${file}';`),
      "import { configureGlobal } from 'fast-check';",
      'configureGlobal({ seed: 1, numRuns: 20 });',
    ].join('\n'),
    resolveDir: '.',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outfile: 'test/mutation.test.mjs',
});
