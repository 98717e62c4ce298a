import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { boundsReference } from '../../tools/docs/bounds-reference.ts';
import { cliReference } from '../../tools/docs/cli-reference.ts';
import { manifestReference } from '../../tools/docs/manifest-reference.ts';

test.each([
  ['manifest.md', manifestReference],
  ['bounds.md', boundsReference],
  ['reference/cli.md', cliReference],
])('docs/%s is the output of `npm run docs`', (name, reference) => {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(page).toBe(reference());
});

test('no cell repeats the list of privileges or object types: each links to their table', () => {
  const long = /(`[A-Z ]+`, ){7}|(`[a-z_]+`, ){7}/;
  const rows = `${manifestReference()}${boundsReference()}`.split('\n');
  expect(rows.filter((row) => long.test(row))).toEqual([]);
  expect(rows.filter((row) => row.includes('#object-types)')).length).toBeGreaterThan(8);
});

test('every field has a type and a meaning', () => {
  const rows = `${manifestReference()}${boundsReference()}`.match(/^\| `.+$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => / any \||\|\s*\|$/.test(row))).toEqual([]);
});
