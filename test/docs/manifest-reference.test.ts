import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { manifestReference } from '../../docs/manifest-reference.ts';

test('docs/manifest.md is what `npm run docs` makes of the schemas', () => {
  const page = readFileSync(new URL('../../docs/manifest.md', import.meta.url), 'utf8');
  expect(page).toBe(manifestReference());
});

test('every field has a type and a meaning', () => {
  const rows = manifestReference().match(/^\| `.+$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => / any \||\|\s*\|$/.test(row))).toEqual([]);
});
