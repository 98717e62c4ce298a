import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { writeTo } from '../../cli/output.ts';
import { paintFor } from '../../cli/paint.ts';
import { printable, printableJson } from '../../cli/printable.ts';
import { sqlBlock } from '../../cli/sql-block.ts';
import { errorLines } from '../../cli/error-lines.ts';
import { findingLines, foundLines } from '../../cli/finding-lines.ts';
import { rowsOf } from '../setup/rows.ts';
import { sourceFiles } from '../setup/source-tree.ts';
import { cliRig } from './cli-rig.ts';

const rig = cliRig();

/** Sets the title of a terminal, clears it, hides and reverses the text after it, and starts new lines. */
const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b8m\u202e\u200b\r\n-- x\n\t\u2028\u007f';
const commands = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let role: string;
let mallory: string;
let schema: string;
beforeAll(async () => {
  [role, mallory] = [rig.newRole(), rig.newRole()];
  schema = `${role}_app`;
  await rowsOf(
    rig.database.url,
    `CREATE ROLE ${role}; CREATE ROLE ${mallory}; CREATE SCHEMA ${schema}; GRANT ALL ON SCHEMA ${schema} TO ${mallory};
     SET ROLE ${mallory};
     CREATE TABLE ${schema}."t${hostile}" ("c${hostile}" int);
     CREATE TYPE ${schema}."y${hostile}" AS ENUM ('a');
     CREATE FUNCTION ${schema}."f${hostile}"(${schema}."y${hostile}"[]) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
     RESET ROLE`,
  );
});

const privileges = () => `roles: [{ name: ${role} }]
grants:
  - { role: ${role}, privileges: [SELECT], object: { type: table, schema: ${schema}, name: '*' } }
  - { role: ${role}, privileges: [EXECUTE], object: { type: function, schema: ${schema}, name: '*' } }`;
const ownership = () => `roles: [{ name: ${role} }]
ownership: [{ owner: ${role}, object: { type: function, schema: ${schema}, name: '*' } }]`;
const retirement = () => `retirements: [{ role: ${mallory} }]`;

/** The order matters: the last commands change the database. */
test.each([
  ['the SQL of diff', ['diff'], privileges, /U&"t\\001B\]0;owned\\0007\\001B\[2J\\009B8m\\202E/],
  ['the summary of diff', ['diff', '--format', 'summary'], privileges, /owned/],
  ['the JSON of diff', ['diff', '--format', 'json'], privileges, /owned/],
  ['a dry run', ['apply', '--dry-run'], privileges, /U&"t\\001B/],
  ['findings of diff', ['diff'], ownership, /owned/],
  ['findings of apply', ['apply'], ownership, /owned/],
  ['an error', ['diff'], retirement, /owned/],
  ['the SQL of apply', ['apply'], privileges, /U&"t\\001B/],
])('%s: the output has no control character, and no line from a name', async (...given) => {
  const [, args, manifest, expected] = given;
  const { stdout, stderr } = await rig.run(args, manifest());
  expect(stdout + stderr).toMatch(expected);
  expect(commands.exec(stdout + stderr)).toBeNull();
  expect(stdout + stderr).not.toMatch(/^\s*-- x/m);
});

test('the JSON of a plan contains names unchanged', async () => {
  const { stdout } = await rig.run(['diff', '--format', 'json'], ownership());
  const { findings } = JSON.parse(stdout) as { findings: readonly { message: string }[] };
  expect(findings.map(({ message }) => message).join('\n')).toContain('\u202e');
});

describe('the output about a policy', () => {
  const paint = paintFor(process.stdout);
  const finding = { code: 'OutsidePolicy', role: hostile, message: hostile } as const;
  test.each([
    ['SQL', sqlBlock(`SELECT 1;\n${hostile.replaceAll('\n', '')}\n`, 'x', paint)],
    ['an error', errorLines('default/shop', { code: 'A', message: hostile, hint: hostile })],
    ['a finding', foundLines('default/shop', { total: 1, first: [finding] })],
    ['a finding of a plan', findingLines([finding], '')],
    ['JSON', printableJson({ [hostile]: `${hostile}\u{e0041}` })],
  ])('%s contains no control character', (_what, text) => {
    expect(commands.exec(text)).toBeNull();
    expect(text).not.toMatch(/^-- x/m);
  });
});

test('escaped JSON has the same value', () => {
  const value = { [hostile]: [`${hostile}\u{e0041}`] };
  expect(JSON.parse(printableJson(value))).toEqual(value);
});

test.each([
  [true, '\u001b[31mred\u001b[0m\n'],
  [false, '<U+001B>[31mred<U+001B>[0m\n'],
])('output to a terminal (%s) keeps only our own colors', (isTTY, red) => {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(text.toString()) > 0;
  writeTo({ isTTY, write }, `\u001b[31mred\u001b[0m\n\u001b[8m\u001b[2J\u202ea\tb`);
  expect(written).toEqual([`${red}<U+001B>[8m<U+001B>[2J<U+202E>a\tb`]);
});

test('a text stays on one line, with a code for each control character', () => {
  expect(printable('a\u001b[2J\n\u{e0041}é🐘')).toBe('a<U+001B>[2J<U+000A><U+E0041>é🐘');
});

test('all code of the command line writes through one function', () => {
  const others = sourceFiles('cli').filter((path) => path !== 'cli/output.ts');
  const direct = /process\.std(out|err)\.write|console\./;
  expect(others.filter((path) => direct.test(readFileSync(path, 'utf8')))).toEqual([]);
});
