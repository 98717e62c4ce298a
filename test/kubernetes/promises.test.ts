import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSource, sourceFiles } from '../setup/source-tree.ts';

const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');

/** The last column of the page's table: names of tests. */
const promised = [...page.matchAll(/\| `(?<name>[^`]+)` +\|$/gm)].map(
  ({ groups }) => groups?.['name'] ?? '',
);

test('every promise about namespaces has a test', () => {
  const tests = sourceFiles('test').map(readSource).join('\n');
  expect(promised.length).toBeGreaterThan(20);
  expect(promised.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
});
