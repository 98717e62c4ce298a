import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandTable } from '../../cli/command-table.ts';
import { newProgram } from '../../cli/program.ts';
import { cliPath, lastWords, runCli } from './run-cli.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-validate-'));
});

afterAll(() => rm(folder, { recursive: true }));

const policy = (name: string, spec: string) => `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: ${name} }
spec:
  connection: { secretRef: { name: db } }
${spec}`;

test('validate lists the contents of a valid manifest', async () => {
  await writeFile(join(folder, 'pgroles.yaml'), 'roles:\n  - name: ana\n  - name: ben\n');
  const result = await runCli(['validate'], { cwd: folder });
  expect(result).toEqual({
    code: 0,
    stdout: 'valid pgroles.yaml: manifest: 2 roles\n',
    stderr: '',
  });
});

test('every problem is a line with file, document, line and path; valid documents are listed', async () => {
  const text = [
    policy('good', '  roles: [{ name: ana }]'),
    policy('bad', '  interval: often\n  roles:\n    - name: ben\n      logn: true'),
    'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { DATABASE_URL: x }',
  ].join('\n---\n');
  const result = await runCli(['validate', '-f', '-'], { input: text });
  expect(result.code).toBe(1);
  expect(result.stdout).toBe(
    'valid stdin: PostgresPolicy default/good: 1 role\nvalid stdin: Secret default/db: DATABASE_URL\n',
  );
  const lines = result.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toBe(
    'stdin document 2 line 13: spec.interval is not a duration: write it like 30s, 5m or 1h30m',
  );
  expect(lines[1]).toMatch(/^stdin document 2 line 16: spec\.roles\[0\]\.logn is not a known key/);
  expect(lines[2]).toMatch(/^hint: /);
  expect(lines[3]).toMatch(/^error: InvalidSpec: stdin document 2 line 13: spec\.interval /);
});

test('validate reads every file of a directory and reports every error', async () => {
  const deep = await mkdtemp(join(folder, 'policies-'));
  await writeFile(join(deep, 'a.yaml'), policy('a', '  rols: []'));
  await writeFile(join(deep, 'b.yaml'), 'roles: [');
  await writeFile(join(deep, 'c.yaml'), policy('c', '  roles: []'));
  const result = await runCli(['validate', '-f', deep]);
  expect(result.stdout).toContain('c.yaml: PostgresPolicy default/c: nothing declared');
  expect(result.stderr).toContain(`${join(deep, 'a.yaml')} line 6: spec.rols`);
  expect(result.stderr).toContain(`${join(deep, 'b.yaml')} line 1:`);
  expect(lastWords(result)[1]).toBe('error: InvalidSpec: 2 problems in 2 documents');
});

test('a file or an input that is not UTF-8 is refused, so that no name is misread', async () => {
  const bytes = Buffer.from('roles: [{ name: "sv\xffc" }]', 'latin1');
  const file = join(folder, 'latin1.yaml');
  await writeFile(file, bytes);
  for (const path of [file, '-']) {
    const result = await runCli(['validate', '-f', path], { input: bytes });
    expect(result.code).toBe(1);
    expect(lastWords(result)).toEqual([
      'hint: Save the file as UTF-8.',
      `error: PolicyUnreadable: ${path === '-' ? 'stdin' : file} cannot be read: NOT_UTF8`,
    ]);
  }
});

test('two manifests in one file are refused, because no command can select one of them', async () => {
  const input = 'roles: [{ name: a }]\n---\nroles: [{ name: b }]\n';
  const result = await runCli(['validate', '-f', '-'], { input });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('stdin document 1: the file contains 2 manifests');
  expect(result.stderr).toContain('stdin document 2: the file contains 2 manifests');
});

test('the examples are valid', async () => {
  const result = await runCli(['validate', '-f', 'examples']);
  expect(result.stderr).toBe('');
  expect(result.stdout.trimEnd().split('\n').length).toBeGreaterThanOrEqual(3);
});

test('a missing file and an empty file are errors', async () => {
  const absent = await runCli(['validate'], { cwd: tmpdir() });
  expect(absent.code).toBe(1);
  expect(lastWords(absent)).toEqual([
    'hint: Set the file with -f FILE.',
    'error: PolicyNotFound: pgroles.yaml does not exist',
  ]);
  const empty = await runCli(['validate', '-f', '-'], { input: '# nothing\n' });
  expect(lastWords(empty)[1]).toBe('error: InvalidSpec: stdin contains no documents');
});

describe('wrong usage has exit code 64 and an error message:', () => {
  test.each([
    [[], 'no command was given'],
    [['valdate'], "unknown command 'valdate' (Did you mean validate?)"],
    [['validate', '--fil', 'x'], "unknown option '--fil' (Did you mean --file?)"],
    [['diff', '--mode', 'total'], "option '--mode <mode>' argument 'total' is invalid."],
    [['reconcile'], "missing required argument 'name'"],
    [['dev', '--database-url', 'postgresql://u@h/d'], '--database-url needs a directory'],
  ])('%j', async (args, message) => {
    const result = await runCli(args);
    expect(result.code).toBe(64);
    const [hint, error] = lastWords(result);
    expect(hint).toMatch(/^hint: /);
    expect(error).toContain(`error: Usage: ${message}`);
  });
});

test('--help of every command shows examples, and none with a password', () => {
  const program = commandTable(newProgram('0.0.0'));
  const commands = program.commands.filter(({ names }) => !names.includes('help'));
  expect(commands.length).toBeGreaterThan(7);
  for (const { path, after } of commands) {
    expect(`${path}\n${after}`).toMatch(/Examples:\n( {2}.*pgwarden .*\n?)+/);
    expect(`${path}\n${after}`).not.toMatch(/:\/\/[^ ]*:[^ ]*@|\b[A-Z_]*PASSWORD=/);
  }
});

test('pgwarden COMMAND --help prints the text of the command table', async () => {
  const { code, stdout, stderr } = await runCli(['diff', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const diff = commandTable(newProgram('0.0.0')).commands.find(({ names }) =>
    names.includes('diff'),
  );
  expect(stdout.trim().endsWith(diff?.after ?? '(none)')).toBe(true);
});

test('output in a pipe has no colors', async () => {
  const { stdout, stderr } = await runCli(['validate', '-f', 'nowhere'], {
    env: { TERM: 'xterm' },
  });
  expect(stdout + stderr).not.toContain('\u001b');
});

test('validate is one bundle that imports only modules of Node.js', async () => {
  const folder = dirname(cliPath);
  const files = readdirSync(folder).filter((name) => /^(main|bundled-.*)\.js$/.test(name));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const imports = [
      ...text.matchAll(
        /(?:^|;|\n)import\s?(?:[\w${},*\s]+\sfrom\s?|[{*][^;'"]*from\s?)?["']([^"']+)["']/g,
      ),
    ];
    const foreign = imports.map(([, name = '']) => name).filter((name) => !isOurs(name));
    expect({ file, foreign }).toEqual({ file, foreign: [] });
  }
});

function isOurs(name: string): boolean {
  return (
    name.startsWith('node:') || name.startsWith('./bundled-') || /^(fs|path|url|module)/.test(name)
  );
}
