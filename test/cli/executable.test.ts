import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cliRig, inSync } from './cli-rig.ts';
import { lastWords, type Program, runCli } from './run-cli.ts';

const rig = cliRig();

/** Environment of the build. Nothing of it may be in the executable. */
const builder = {
  USER: 'of-the-builder-user',
  HOME: homedir(),
  PATH: process.env.PATH ?? '',
  TZ: 'Pacific/Kiritimati',
  NO_COLOR: '1',
  PGHOST: 'of-the-builder-host',
  PGPASSWORD: 'of-the-builder-password',
  DATABASE_URL: 'postgresql://of-the-builder-host/of-the-builder',
};

let folder: string;
let executable: string;
let asExecutable: { readonly program: Program };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-executable-test-'));
  const built = spawnSync(process.execPath, [resolve('tools/executable/main.js')], {
    cwd: folder,
    env: builder,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  executable = built.stdout.trim();
  asExecutable = { program: [executable] };
  await writeFile(join(folder, 'pgroles.yaml'), 'roles: [{ name: app }]\n');
  await writeFile(join(folder, 'broken.yaml'), 'roles: [{ name: app, login: maybe }]\n');
  await writeFile(
    join(folder, 'policy.yaml'),
    'apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: x }\nspec: { connection: { secretRef: { name: db } } }\n',
  );
  await writeFile(
    join(folder, 'bounds.yaml'),
    "- { name: all, namespaces: ['*'], forbidden_attributes: [superuser] }\n",
  );
}, 180_000);

afterAll(() => rm(folder, { recursive: true }));

const nowhere = 'postgresql://me@127.0.0.1:1/shop';
const cluster = { KUBECONFIG: '/nowhere', TEMPORAL_ADDRESS: '127.0.0.1:1' };

const commands = [
  '--version',
  '--help',
  'help apply',
  '',
  'nonsense',
  'completion zsh',
  'validate',
  'validate -f . --bounds bounds.yaml',
  'validate -f broken.yaml',
  'validate -f missing.yaml',
  'diff -f policy.yaml',
  `diff --database-url ${nowhere}`,
  `diff --database-url ${nowhere}?sslmode=verify-full`,
  'status',
  'doctor',
  'namespaces',
  'namespaces delete x --yes',
];

test.each(commands)('pgwarden %s writes and returns what the npm package does', async (command) => {
  const args = command.split(' ').filter((word) => word !== '');
  const options = { cwd: folder, env: cluster };
  const [expected, actual] = await Promise.all([
    runCli(args, options),
    runCli(args, { ...options, ...asExecutable }),
  ]);
  expect(actual).toEqual(expected);
});

test('it plans and applies a manifest over a login with a password', async () => {
  const text = `roles: [{ name: ${rig.newRole()}, login: true, password: { from_env: SECRET_WORD } }]`;
  const env = { DATABASE_URL: rig.database.url, SECRET_WORD: 'twelve-words' };
  const onStdin = { ...asExecutable, env, input: text };
  const plan = await runCli(['diff', '-f', '-'], onStdin);
  expect(plan.code).toBe(2);
  expect(plan.stdout).toBe((await rig.run(['diff'], text, env)).stdout);
  expect((await runCli(['apply', '-f', '-'], onStdin)).code).toBe(0);
  expect((await rig.run(['diff'], text, env)).stdout).toBe(`-- ${inSync}\n`);
  expect((await runCli(['diff', '-f', '-'], onStdin)).stdout).toBe(`-- ${inSync}\n`);
});

test('dev is refused, with the command that runs it', async () => {
  const result = await runCli(['dev'], asExecutable);
  expect(result.code).toBe(1);
  expect(lastWords(result)).toEqual([
    'hint: Run npx pgwarden dev, with Node.js 20.19 or newer.',
    'error: NotInExecutable: the single executable cannot run dev, which contains a Temporal worker',
  ]);
});

test('kubectl finds it as a plugin: it may have another name', async () => {
  const plugin = join(folder, 'kubectl-pgwarden');
  symlinkSync(executable, plugin);
  const result = await runCli(['--version'], { program: [plugin] });
  expect(result).toEqual(await runCli(['--version']));
});

describe('nothing of the machine that built it is in it', () => {
  test('it contains neither the folder nor a value of the environment', () => {
    const content = readFileSync(executable);
    const words = ['of-the-builder', resolve('.')];
    expect(words.filter((word) => content.includes(word))).toEqual([]);
  });

  /** Runs code in the process of the executable before the command. */
  async function inProcess(expression: string, env: Readonly<Record<string, string>> = {}) {
    const script = join(folder, 'print.cjs');
    await writeFile(script, `console.log(JSON.stringify(${expression}))`);
    const NODE_OPTIONS = `--require ${script}`;
    const options = { ...asExecutable, cwd: folder, env: { ...env, NODE_OPTIONS } };
    const { stdout } = await runCli(['--version'], options);
    return JSON.parse(stdout.split('\n')[0] ?? '') as unknown;
  }

  test('it has the environment, folder, arguments and time zone of its start', async () => {
    const own =
      '[process.env.PGHOST, process.cwd(), process.argv.slice(2), new Date(0).getHours()]';
    expect(await inProcess(own, { PGHOST: 'here', TZ: 'Asia/Tokyo' })).toEqual([
      'here',
      folder,
      ['--version'],
      9,
    ]);
  });

  test('it has other random numbers at each start', async () => {
    const random = '[Math.random(), crypto.randomUUID(), String(require("crypto").randomBytes(8))]';
    const [first, second] = [await inProcess(random), await inProcess(random)];
    expect(Array.isArray(first) && Array.isArray(second)).toBe(true);
    for (const [index, value] of Object.entries(first as object))
      expect((second as Record<string, unknown>)[index]).not.toBe(value);
  });

  test('it uses the terminal of its start: no listener and no stream was kept', async () => {
    expect(await inProcess('[process.stdout.listenerCount("error"), process.stdout.fd]')).toEqual([
      0, 1,
    ]);
  });
});
