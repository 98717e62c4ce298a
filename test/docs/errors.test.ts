import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { errorCodes } from '../../core/error-codes.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** The section about all codes comes first. */
const general = ['Exit codes', 'Classes', 'Findings'];

test('docs/errors.md has one heading for every code, and no others except the general ones', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, general.length)).toEqual(general);
  expect(headings.slice(general.length).sort()).toEqual(Object.keys(errorCodes).sort());
});

test.each(Object.entries(errorCodes))('docs/errors.md says that %s is %s', (code, failureClass) => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${code}\n`));
  expect(section).toContain(`Class: ${failureClass}.`);
  expect(section).toContain('_Do:_');
});
