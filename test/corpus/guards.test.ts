import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { scenarios } from './scenario.ts';

const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const root = fileURLToPath(new URL('../../', import.meta.url));

const mistakes = page.slice(page.indexOf('## Mistakes known from other tools'));

/** Rows of the page's tables: the mistake of other tools, and the guard against it here. */
const rows = [...mistakes.matchAll(/^\| (?<mistake>[^|]+?) +\| (?<guards>[^|]+?) +\|$/gm)]
  .map(({ groups }) => ({
    mistake: groups?.['mistake'] ?? '',
    guards: [...(groups?.['guards'] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  }))
  .filter(({ mistake }) => !/^(-+|mistake)$/.test(mistake));

test('every mistake known from other tools has a guard', () => {
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter(({ guards }) => guards.length === 0)).toEqual([]);
});

test('every guard in the table exists', () => {
  const names = new Set(scenarios().map(({ name }) => name));
  const isThere = (guard: string): boolean =>
    guard.startsWith('test/') ? existsSync(`${root}${guard}`) : names.has(guard);
  expect(rows.flatMap(({ guards }) => guards).filter((guard) => !isThere(guard))).toEqual([]);
});

test('every scenario has an expectation', () => {
  const silent = scenarios().filter(
    ({ path, options }) => options.refused === undefined && !existsSync(`${path}/expected.sql`),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});
