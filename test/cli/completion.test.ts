import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { completionScript, type Shell } from '../../cli/actions/completion.ts';
import { commandTable, withSubcommands } from '../../cli/command-table.ts';
import { newProgram } from '../../cli/program.ts';
import { findOnPath } from '../../embedded/find-on-path.ts';
import { runCli } from './run-cli.ts';

const program = commandTable(newProgram('0.0.0'));
const folder = mkdtempSync(join(tmpdir(), 'pgwarden-completion-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Every machine has bash, but not every machine has zsh and fish. */
const shells = (['bash', 'zsh', 'fish'] as const).filter(
  (shell) => findOnPath(shell, process.env) !== undefined,
);

function scriptFile(shell: Shell): string {
  const path = join(folder, shell);
  writeFileSync(path, completionScript(shell, program));
  return path;
}

test.each(shells)('the completion script for %s has valid syntax', (shell) => {
  const { status, stderr } = spawnSync(shell, ['-n', scriptFile(shell)], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each(['bash', 'zsh', 'fish'] as const)(
  'the script for %s has every command and every long option',
  (shell) => {
    const script = completionScript(shell, program);
    for (const { names, options } of withSubcommands(program)) {
      for (const name of names) expect(script).toContain(name);
      for (const name of options.flatMap((option) => option.names.slice(-1)))
        expect(script).toContain(shell === 'fish' ? `-l ${name.slice(2)}` : name);
    }
  },
);

const typed: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
  [['di'], ['diff']],
  [
    ['plan', '--format', ''],
    ['sql', 'summary', 'json'],
  ],
  [
    ['diff', '--mode', 'a'],
    ['authoritative', 'additive', 'adopt'],
  ],
  [['diff', '-n', 'apply', '--dry'], []],
  [['namespaces', 'ad'], ['adopt']],
  [['namespaces', 'create', '--w'], ['--wait']],
  [['completion', 'f'], ['fish']],
  [['validate', '-f', 'READ'], ['README.md']],
];

test.each(typed)('bash completes pgwarden %j', (words, expected) => {
  const complete = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pgwarden
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['-c', complete, 'bash', scriptFile('bash'), 'pgwarden', ...words];
  const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.split('\n').filter((line) => line !== '')).toEqual(expected);
});

const fishTest = shells.includes('fish') ? test : test.skip;

fishTest('fish completes the same', () => {
  // Fish treats the value of an option as a command if it has the name of one.
  const rows = typed.filter(([words]) => words[1] !== '-n');
  const lines = rows.map(([words]) => `complete -C 'pgwarden ${words.join(' ')}'; echo ====`);
  const command = `source ${scriptFile('fish')}; ${lines.join(';')}`;
  const { stdout } = spawnSync('fish', ['--no-config', '-c', command], { encoding: 'utf8' });
  const answers = stdout.split('====\n').map((text) => text.match(/^[^\t\n]+/gm) ?? []);
  for (const [index, [, expected]] of rows.entries())
    expect([...(answers[index] ?? [])].sort()).toEqual([...expected].sort());
});

test('pgwarden completion prints the script, and refuses a shell that it does not know', async () => {
  const { code, stdout } = await runCli(['completion', 'bash']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(scriptFile('bash'), 'utf8') });
  expect((await runCli(['completion', 'tcsh'])).code).toBe(64);
});
