import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { commandTable, withSubcommands } from '../../cli/command-table.ts';
import { newProgram } from '../../cli/program.ts';
import { manPage } from '../../tools/docs/man-page.ts';

const page = readFileSync('man/pgwarden.1', 'utf8');

test('man/pgwarden.1 is the output of `npm run man`', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(page).toBe(manPage(version));
});

test('the manual has every command and every option', () => {
  const rows = withSubcommands(commandTable(newProgram('0.0.0')));
  const leaves = rows.filter(({ names, commands }) => commands.length === 0 && names[0] !== 'help');
  const text = page.replaceAll('\\-', '-');
  for (const { path, options } of leaves) {
    const section = text.split('.SS ').find((each) => each.startsWith(`${path} `)) ?? '';
    for (const { flags } of options) expect(section).toContain(`\\fB${flags}\\fR`);
  }
});

test('no line of the manual is a roff request by accident', () => {
  const requests = page.match(/^[.'].*$/gm) ?? [];
  const known = /^\.(\\"|TH|SH|SS|TP|PP|RS|RE|nf|fi|br)( |$)/;
  expect(requests.filter((line) => !known.test(line))).toEqual([]);
});
