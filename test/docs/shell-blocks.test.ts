import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { newProgram } from '../../cli/program.ts';
import { manifestShape } from '../../core/manifest.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { blocksOf, pages } from './pages.ts';
import { shellCommands, type ShellCommand } from './shell.ts';

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts;
const values: unknown = parse(readFileSync('charts/pgwarden/values.yaml', 'utf8'));

/** The problem of a command, by program. A block with another program needs `sh norun`. */
const faultOf: Readonly<Record<string, (command: ShellCommand) => string | undefined>> = {
  pgwarden: ({ args }) => usageFault(args),
  npm: ({ args }) => npmFault(args),
  helm: ({ args }) => helmFault(args),
  kubectl: ({ args }) => kubectlFault(args),
  temporal: ({ args }) => temporalFault(args),
  export: () => undefined,
  psql: () => undefined,
  source: ({ args }) => sourceFault(args),
};

const commands = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ info }) => info === 'sh')
    .flatMap(({ line, text }) => shellCommands(text).map((command) => ({ page, line, command }))),
);

test('every command in the pages is valid for its program', () => {
  const faults = commands.flatMap(({ page, line, command }) => {
    const check = faultOf[command.program];
    const fault = check === undefined ? `unknown program ${command.program}` : check(command);
    return fault === undefined ? [] : [`${page}:${line} ${fault}`];
  });
  expect(faults).toEqual([]);
  expect(commands.length).toBeGreaterThan(60);
});

test.each([
  [['dif', '-f', 'x.yaml'], /unknown command/],
  [['diff', '--fil', 'x.yaml'], /unknown option/],
  [['diff', '--mode', 'gentle'], /mode/],
  [['reconcile'], /missing required argument/],
])('a mistake in a command of the pages is found: pgwarden %j', (args, fault) => {
  expect(usageFault(args)).toMatch(fault);
});

/** The error of the command line's own parser for these arguments. Nothing runs. */
function usageFault(args: readonly string[]): string | undefined {
  const program = newProgram('');
  doNothing(program);
  try {
    program.parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

function doNothing(command: Command): void {
  if (command.commands.length === 0) command.action(() => undefined);
  for (const each of command.commands) doNothing(each);
}

/** `source <(pgwarden completion bash)`, or input from a pipe. */
function sourceFault(args: readonly string[]): string | undefined {
  const [program, ...inner] = args.join(' ').replaceAll(/[<()]/g, '').split(' ');
  return program === 'pgwarden' ? usageFault(inner) : undefined;
}

function npmFault([first = '', ...rest]: readonly string[]): string | undefined {
  if (first === 'link') return undefined;
  const script = first === 'run' ? rest.find((each) => !each.startsWith('-')) : first;
  return script !== undefined && script in scripts ? undefined : `no npm script ${String(script)}`;
}

const helmVerbs = ['install', 'upgrade', 'uninstall', 'template', 'get', 'test'];

function helmFault(args: readonly string[]): string | undefined {
  if (!helmVerbs.includes(args[0] ?? '')) return `helm ${String(args[0])}`;
  const chart = args.find((each) => each.startsWith('charts/'));
  if (chart !== undefined && !existsSync(chart)) return `no ${chart}`;
  return (
    optionsOf(args, '-f', '-s').find(isMissingFile) ?? optionsOf(args, '--set').find(isNoValue)
  );
}

/** `values.yaml` is a file that the page itself shows or writes. */
function isMissingFile(path: string): boolean {
  return path !== 'values.yaml' && !existsSync(path) && !existsSync(`charts/pgwarden/${path}`);
}

function isNoValue(assignment: string): boolean {
  const [path = ''] = assignment.split('=');
  let value: unknown = values;
  for (const key of path.split('.')) {
    const map = z.record(z.string(), z.unknown()).safeParse(value);
    if (!map.success || !(key in map.data)) return true;
    value = map.data[key];
  }
  return false;
}

const kubectlVerbs = [
  ...['annotate', 'apply', 'create', 'delete', 'describe', 'get', 'label', 'patch'],
  ...['rollout', 'scale', 'wait', 'cnpg'],
];

function kubectlFault(args: readonly string[]): string | undefined {
  if (args[0] === 'pgwarden') return usageFault(args.slice(1));
  const [verb = ''] = withoutOptions(args, ['-n']);
  if (!kubectlVerbs.includes(verb)) return `kubectl ${verb}`;
  return optionsOf(args, '-p').find((patch) => !isPatchOfPolicy(patch));
}

const fieldsOfPolicy = ['mode', 'suspend', 'interval', ...Object.keys(manifestShape)];
const policyPatch = z.strictObject({
  metadata: z.strictObject({ finalizers: z.null() }).optional(),
  spec: z.partialRecord(z.enum(fieldsOfPolicy), z.unknown()).optional(),
});

function isPatchOfPolicy(text: string): boolean {
  return policyPatch.safeParse(JSON.parse(text)).success;
}

function temporalFault(args: readonly string[]): string | undefined {
  if (args[0] === 'workflow') return undefined;
  const registered = Object.values(searchAttributes).map(({ name }) => name);
  const named = optionsOf(args, '--name');
  return named.length === registered.length && named.every((name) => registered.includes(name))
    ? undefined
    : `search attributes ${named.join()} instead of ${registered.join()}`;
}

function optionsOf(args: readonly string[], ...names: readonly string[]): readonly string[] {
  return args.filter((_value, index) => names.includes(args[index - 1] ?? ''));
}

function withoutOptions(args: readonly string[], names: readonly string[]): readonly string[] {
  return args.filter(
    (each, index) => !names.includes(each) && !names.includes(args[index - 1] ?? ''),
  );
}
