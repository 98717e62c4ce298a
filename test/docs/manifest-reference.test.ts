import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { boundsRefusal, parseBounds } from '../../core/bounds/parse.ts';
import { boundsReference } from '../../tools/docs/bounds-reference.ts';
import { manifestReference } from '../../tools/docs/manifest-reference.ts';

test.each([
  ['manifest.md', manifestReference],
  ['bounds.md', boundsReference],
])('docs/%s is what `npm run docs` makes of the schemas', (name, reference) => {
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(page).toBe(reference());
});

test('the example of bounds is one', () => {
  const example = /^bounds:\n([^`]*)/m.exec(boundsReference())?.[1] ?? '';
  const bounds = parseBounds(example, 'bounds.md');
  expect(boundsRefusal(bounds)).toBeUndefined();
  expect(bounds).toHaveLength(2);
});

test('every field has a type and a meaning', () => {
  const rows = `${manifestReference()}${boundsReference()}`.match(/^\| `.+$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => / any \||\|\s*\|$/.test(row))).toEqual([]);
});
