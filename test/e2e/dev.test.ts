import { spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { commandLine, isAlive } from '../../embedded/pid.ts';
import { lastWords, resultOf, runCli, startCli } from '../cli/run-cli.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually, within } from '../workflows/wait.ts';

const [newest = 18] = [...majors()].reverse();

const setupLimitMs = 120_000;

let database: TestDatabase;
let folder: string;
let started: ChildProcess | undefined;
const roles: string[] = [];

beforeAll(async () => {
  database = await freshDatabase(newest);
});

afterAll(async () => {
  const server = database.url.replace(/\/[^/]*$/, '/postgres');
  await database.drop();
  if (roles.length > 0) await rowsOf(server, `DROP ROLE IF EXISTS ${roles.join(', ')}`);
});

afterEach(async () => {
  started?.kill('SIGKILL');
  started = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

function newRole(): string {
  const name = uniqueName('dev');
  roles.push(name);
  return name;
}

async function newFolder(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-dev-'));
  return folder;
}

function policy(name: string, spec: string): string {
  return `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: ${name} }
spec:
  connection: { secretRef: { name: db } }
${spec}
`;
}

function secret(url: string): string {
  return `apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { DATABASE_URL: '${url}' }
`;
}

test('dev --once applies every policy of a directory, leaves no process, and changes nothing the next time', async () => {
  const directory = await newFolder();
  const role = newRole();
  await writeFile(join(directory, 'db.yaml'), secret(database.url));
  await writeFile(
    join(directory, 'one.yaml'),
    policy('one', `  roles: [{ name: ${role}, login: true, password: { generate: {} } }]`),
  );
  const first = await runCli(['dev', directory, '--once']);
  expect(first.stderr).not.toContain('error:');
  expect(first.code).toBe(0);
  expect(first.stdout).toContain(`CREATE ROLE "${role}" LOGIN;`);
  expect(first.stdout).toMatch(
    new RegExp(`default/one\tReady\t${database.name}\t\\+1 role ~1 password\t`),
  );
  expect(await roleExists(database.url, role)).toBe(true);
  const again = await runCli(['dev', directory, '--once']);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/default\/one\tReady\t\w+\tnone\t/);
  const secretFile = `.pgwarden/secrets/default/one-pgr-${role.replace('_', '-')}.yaml`;
  const kept = await readFile(join(directory, secretFile), 'utf8');
  const password = /password: (\S+)/.exec(kept)?.[1] ?? 'no password';
  for (const text of [first.stdout, first.stderr, again.stdout, await logOf(directory)])
    expect(text).not.toContain(password);
}, 90_000);

function logOf(directory: string): Promise<string> {
  return readFile(join(directory, '.pgwarden/pgwarden.log'), 'utf8');
}

test('dev --once names a broken policy and fails, and applies the others', async () => {
  const directory = await newFolder();
  const role = newRole();
  await writeFile(
    join(directory, 'a.yaml'),
    `${secret(database.url)}---\n${policy('fine', `  roles: [{ name: ${role} }]`)}`,
  );
  await writeFile(join(directory, 'b.yaml'), policy('broken', '  rols: []'));
  await writeFile(
    join(directory, 'c.yaml'),
    policy(
      'absent',
      '  grants: [{ role: x, privileges: [SELECT], object: { type: table, schema: nowhere, name: t } }]',
    ),
  );
  const result = await runCli(['dev', directory, '--once']);
  expect(result.code).toBe(1);
  expect(await roleExists(database.url, role)).toBe(true);
  expect(result.stdout).toContain('default/fine\tReady');
  expect(result.stderr).toMatch(/InvalidSpec: default\/broken: b\.yaml line 6: spec\.rols /);
  expect(result.stderr).toMatch(/MissingDatabaseObject: default\/absent: .*nowhere/);
  expect(lastWords(result)[1]).toMatch(
    /^error: \w+: 2 of 3 policies did not converge: default\/absent, default\/broken$/,
  );
}, 90_000);

test('--database-url replaces the connections of the policies', async () => {
  const directory = await newFolder();
  const role = newRole();
  await writeFile(join(directory, 'a.yaml'), policy('elsewhere', `  roles: [{ name: ${role} }]`));
  const result = await runCli(['dev', directory, '--once', '--database-url', database.url]);
  expect(result.code).toBe(0);
  expect(await roleExists(database.url, role)).toBe(true);
}, 90_000);

test('a directory without a policy and a missing directory are errors', async () => {
  const directory = await newFolder();
  const nothing = await runCli(['dev', directory, '--once']);
  expect(nothing.code).toBe(1);
  expect(lastWords(nothing)[1]).toBe(
    `error: PolicyNotFound: ${directory} contains no PostgresPolicy`,
  );
  const nowhere = await runCli(['dev', join(directory, 'x'), '--once']);
  expect(lastWords(nowhere)[1]).toMatch(/^error: PolicyUnreadable: .*\/x cannot be read: ENOENT$/);
}, 90_000);

const demoTest = majors().includes(18) ? test : test.skip;

demoTest(
  'the demo converges, reports findings, repairs drift, answers status and reconcile, and Ctrl-C leaves no process behind',
  async () => {
    const state = await newFolder();
    const demo = await startDev(['--state', state]);
    expect(demo.output()).toMatch(/default\/shop\tReady\tshop\t\+\d+ roles /);
    expect(demo.output()).toContain('default/shop: OutsidePolicy: role "intern" has privileges');
    expect(demo.output()).toMatch(
      /Temporal UI: +http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows/,
    );
    const servers = childrenOf(demo.pid);
    expect(servers.length).toBeGreaterThanOrEqual(2);

    await psql(state, 'REVOKE SELECT ON app.products FROM "app-reader"');
    const reconciled = await runCli(['reconcile', 'shop', '--wait', '--state', state]);
    // The watcher may have signalled the policy a moment earlier.
    expect(reconciled.stdout).toMatch(/^default\/shop: Ready: (\+1 grant|no changes)\n$/);
    await demo.says('repaired default/shop: +1 grant');
    await demo.says('GRANT SELECT ON TABLE app.products TO "app-reader";');

    await psql(state, 'GRANT USAGE ON SCHEMA attic TO ana');
    await runCli(['reconcile', 'shop', '--wait', '--state', state]);
    await demo.says(
      'found default/shop: OutsidePolicy: role "ana" has privileges on schema "attic"',
    );

    const { stdout } = await runCli(['status', '-o', 'json', '--state', state]);
    const { policies } = JSON.parse(stdout) as { policies: { name: string; phase: string }[] };
    expect(policies.map(({ name, phase }) => [name, phase])).toEqual([
      ['analytics', 'Ready'],
      ['public', 'Ready'],
      ['sandbox-review', 'Drifted'],
      ['shop', 'Ready'],
      ['support', 'Ready'],
    ]);

    const second = await runCli(['dev', '--state', state]);
    expect(second.code).toBe(64);
    expect(lastWords(second)[1]).toMatch(/^error: Usage: process \d+ already runs a server on /);

    started?.kill('SIGINT');
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('error:'),
    });
    await untilGone(servers);
    expect(existsSync(join(state, 'dev.json'))).toBe(false);
  },
  180_000,
);

test('Ctrl-C during the setup ends it, and leaves no process behind', async () => {
  const state = await newFolder();
  started = startCli(['dev', '--state', state, await newPolicies(state)]);
  const ended = resultOf(started);
  await seen(started, 'Starting');
  const pid = started.pid ?? 0;
  const servers = await eventually(() => childrenOf(pid).length > 0 && childrenOf(pid));
  started.kill('SIGINT');
  const { code } = await ended;
  expect(code).toBe(130);
  await untilGone(servers);
}, 90_000);

async function newPolicies(state: string): Promise<string> {
  await writeFile(join(state, 'one.yaml'), `${secret(database.url)}---\n${policy('one', '')}`);
  return state;
}

/** The guard process of a server ends a moment after the server. */
async function untilGone(processes: readonly number[]): Promise<void> {
  const left = () => processes.filter(isAlive);
  await eventually(() => left().length === 0).catch(() => undefined);
  expect(await Promise.all(left().map(commandLine))).toEqual([]);
}

interface RunningDev {
  readonly pid: number;
  readonly output: () => string;
  readonly says: (text: string) => Promise<void>;
  readonly ended: ReturnType<typeof resultOf>;
}

/** Starts `dev` and waits until the setup is complete. */
async function startDev(args: readonly string[]): Promise<RunningDev> {
  const child = startCli(['dev', ...args]);
  started = child;
  const ended = resultOf(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const says = async (text: string) => {
    const isSaid = await eventually(
      () => (output.includes(text) ? 'said' : child.exitCode !== null && 'ended'),
      setupLimitMs,
    );
    if (isSaid === 'ended') throw new Error((await ended).stderr);
  };
  await says('Press Ctrl-C to stop everything.');
  return { pid: child.pid ?? 0, output: () => output, says, ended };
}

function seen(child: ChildProcess, text: string): Promise<void> {
  const said = new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(text)) resolve();
    });
  });
  return within(said, `stderr says ${text}`);
}

/** The process ids of all descendants of a process. */
function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  const children = stdout
    .toString()
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);
  return children.flatMap((child) => [child, ...childrenOf(child)]);
}

/** Runs SQL as the superuser of the demo, with the password file that dev wrote for psql. */
async function psql(state: string, text: string): Promise<void> {
  const line = (await readFile(join(state, 'demo', 'pgpass'), 'utf8')).trim();
  const [host, port, , user, password] = line.split(':');
  await rowsOf(`postgres://${user}:${password}@${host}:${port}/shop`, text);
}
