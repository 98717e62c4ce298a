import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { lastWords, resultOf, runCli, startCli, type CliResult } from './run-cli.ts';

const [newest = 18] = [...majors()].reverse();
const inSync = 'No changes needed. Database is in sync with manifest.';

let database: TestDatabase;
let folder: string;
const roles: string[] = [];

beforeAll(async () => {
  database = await freshDatabase(newest);
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-cli-'));
});

afterAll(async () => {
  await database.drop();
  const { url } = database;
  await rowsOf(url.replace(/\/[^/]*$/, '/postgres'), `DROP ROLE IF EXISTS ${roles.join(', ')}`);
  await rm(folder, { recursive: true });
});

function newRole(): string {
  const name = uniqueName('cli');
  roles.push(name);
  return name;
}

async function file(text: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'f-')), 'pgroles.yaml');
  await writeFile(path, text);
  return path;
}

/** The text as a file, and a command on it and on the test's database. */
async function run(
  [command = '', ...args]: readonly string[],
  text: string,
  env: Record<string, string> = {},
): Promise<CliResult> {
  const options = { env: { DATABASE_URL: database.url, ...env } };
  return runCli([command, '-f', await file(text), ...args], options);
}

test('diff says 2 on drift, 0 with --no-exit-code and in sync, and changes nothing', async () => {
  const text = `roles: [{ name: ${newRole()} }]`;
  expect((await run(['diff'], text)).code).toBe(2);
  expect((await run(['plan', '--no-exit-code'], text)).code).toBe(0);
  expect((await run(['diff'], text)).code).toBe(2);
  expect((await run(['apply'], text)).code).toBe(0);
  expect(await run(['diff'], text)).toEqual({
    code: 0,
    stdout: `-- ${inSync}\n`,
    stderr: `${inSync}\n`,
  });
});

test('the SQL of diff is a script that brings the database to the manifest', async () => {
  const [owner, reader] = [newRole(), newRole()];
  roles.push(`${reader}_reader`);
  const text = `
default_owner: ${owner}
profiles:
  reader:
    grants:
      - { privileges: [USAGE], object: { type: schema } }
      - { privileges: [SELECT], object: { type: table, name: '*' } }
schemas: [{ name: ${owner}_app, profiles: [reader], role_pattern: '${reader}_{profile}' }]
roles: [{ name: ${owner}, comment: "it's -- a \\\\ test" }]`;
  const { stdout } = await run(['diff'], text);
  expect(stdout).toMatch(/^BEGIN;\n[^]*COMMIT;\n$/);
  await rowsOf(database.url, stdout);
  expect((await run(['diff'], text)).stdout).toBe(`-- ${inSync}\n`);
  await rowsOf(database.url, `DROP SCHEMA ${owner}_app`);
});

test('a script never sets a redacted password, and passwords alone are no drift', async () => {
  const role = newRole();
  const text = `roles: [{ name: ${role}, login: true, password: { from_env: PW } }]`;
  const { stdout } = await run(['diff'], text);
  await rowsOf(database.url, stdout);
  const rolpassword = `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`;
  expect(await rowsOf(database.url, rolpassword)).toEqual([{ rolpassword: null }]);
  const after = await run(['diff'], text);
  expect(after.code).toBe(0);
  expect(after.stdout).toContain(`-- ALTER ROLE "${role}" PASSWORD '[REDACTED]';`);
});

test('json is versioned, has every step with its reason, and is the same for the same plan', async () => {
  const role = newRole();
  const text = `roles: [{ name: ${role} }]`;
  const first = await run(['diff', '--format', 'json'], text);
  expect(JSON.parse(first.stdout)).toMatchObject({
    schema_version: 'pgwarden.plan.v1',
    database: database.name,
    mode: 'authoritative',
    in_sync: false,
    drift: true,
    summary: { roles_created: 1, total: 1 },
    steps: [
      { sql: `CREATE ROLE "${role}" NOLOGIN;`, why: `role ${role} is missing`, risk: 'none' },
    ],
  });
  expect((await run(['diff', '--format', 'json'], text)).stdout).toBe(first.stdout);
});

test('the summary counts, and gives a line to each step', async () => {
  const role = newRole();
  const { stdout } = await run(['diff', '--format', 'summary'], `roles: [{ name: ${role} }]`);
  expect(stdout).toBe(
    `Plan for "${database.name}": 1 change (+1 role)\n  role ${role} is missing\n`,
  );
});

test('apply takes passwords from the environment, and shows them nowhere', async () => {
  const role = newRole();
  const text = `
roles: [{ name: ${role}, login: true, password: { from_env: CANARY } }]
grants: [{ role: ${role}, privileges: [CONNECT], object: { type: database, name: ${database.name} } }]`;
  const missing = await run(['apply'], text);
  expect(missing.code).toBe(1);
  expect(lastWords(missing)).toEqual([
    'hint: Set CANARY to the password.',
    'error: SecretMissing: environment variable CANARY is not set',
  ]);
  const CANARY = 'c4n4ry/+ p@ss';
  const result = await run(['apply'], text, { CANARY });
  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`ALTER ROLE "${role}" PASSWORD '[REDACTED]';`);
  expect(result.stdout + result.stderr).not.toContain('c4n4ry');
  const url = new URL(database.url);
  url.username = role;
  url.password = encodeURIComponent(CANARY);
  expect(await rowsOf(url.href, 'SELECT current_user::text AS me')).toEqual([{ me: role }]);
});

test('a policy brings its own connection, mode and passwords, from Secrets in the files beside it', async () => {
  const [role, other] = [newRole(), newRole()];
  await rowsOf(database.url, `CREATE ROLE ${role} CREATEDB`);
  const path = await file(`
apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: own }
spec:
  connection: { secretRef: { name: db } }
  reconciliation_mode: additive
  roles:
    - { name: ${role} }
    - { name: ${other}, login: true, password: { generate: { secretName: made } } }`);
  const noSecret = await runCli(['apply', '-f', path]);
  expect(lastWords(noSecret)[1]).toBe('error: SecretMissing: Secret default/db does not exist');
  const secret = (name: string, key: string, value: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\nstringData: { ${key}: '${value}' }\n`;
  await writeFile(join(path, '..', 'db.yaml'), secret('db', 'DATABASE_URL', database.url));
  const noPassword = await runCli(['apply', '-f', path]);
  expect(lastWords(noPassword)[1]).toMatch(/^error: SecretMissing: Secret default\/made /);
  expect(await rowsOf(database.url, `SELECT FROM pg_roles WHERE rolname = '${other}'`)).toEqual([]);
  await writeFile(join(path, '..', 'made.yaml'), secret('made', 'password', 'twelve-words'));
  const applied = await runCli(['apply', '-f', path]);
  expect(applied.stderr).toBe('');
  expect(applied.stdout).toContain(`CREATE ROLE "${other}" LOGIN;`);
  // additive takes nothing away; --mode decides otherwise
  expect((await runCli(['diff', '-f', path])).code).toBe(0);
  const authoritative = await runCli(['diff', '-f', path, '--mode', 'authoritative']);
  expect(authoritative.code).toBe(2);
  expect(authoritative.stdout).toContain(`ALTER ROLE "${role}" NOCREATEDB;`);
});

test('apply --dry-run prints the script and changes nothing', async () => {
  const text = `roles: [{ name: ${newRole()} }]`;
  const dry = await run(['apply', '--dry-run'], text);
  expect(dry.code).toBe(0);
  expect(dry.stdout).toBe((await run(['diff'], text)).stdout);
});

test('two applies at once both succeed', async () => {
  const names = [newRole(), newRole()];
  const results = await Promise.all(
    names.map((name) => run(['apply'], `roles: [{ name: ${name} }]`)),
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
});

/** The process id of the next backend that waits for the writers' lock. Each attempt of an apply has its own. */
async function waiter(wanted: (pid: number) => boolean): Promise<number> {
  for (;;) {
    const rows = await rowsOf(
      database.url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()",
    );
    const found = rows.map(({ pid }) => Number(pid)).find(wanted);
    if (found !== undefined) return found;
    await sleep(50);
  }
}

const writerLock = '8099007861556438382';

test('apply waits for another writer', async () => {
  const worker = new pg.Client({ connectionString: database.url });
  await worker.connect();
  await worker.query(`BEGIN; SELECT pg_advisory_xact_lock(${writerLock})`);
  const waiting = run(['apply'], `roles: [{ name: ${newRole()} }]`);
  const first = await waiter(() => true);
  await waiter((pid) => pid !== first);
  await worker.query('COMMIT');
  await worker.end();
  const { code, stderr } = await waiting;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^waiting for another writer: LockContention: .*\n$/);
});

test('Ctrl-C while applying rolls back', async () => {
  const role = newRole();
  const worker = new pg.Client({ connectionString: database.url });
  await worker.connect();
  await worker.query(`BEGIN; SELECT pg_advisory_xact_lock(${writerLock})`);
  const path = await file(`roles: [{ name: ${role} }]`);
  const child = startCli(['apply', '-f', path], { env: { DATABASE_URL: database.url } });
  const ended = resultOf(child);
  await untilWaiting(worker);
  child.kill('SIGINT');
  const result = await ended;
  await worker.end();
  expect(result.code).toBe(1);
  expect(lastWords(result)[1]).toBe('error: ApplyFailed: interrupted: nothing was changed');
  expect(await rowsOf(database.url, `SELECT FROM pg_roles WHERE rolname = '${role}'`)).toEqual([]);
});

async function untilWaiting(client: pg.Client): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  while ((await client.query(waiting)).rowCount === 0) await sleep(50);
}

test('a database that cannot be reached, and one that is not named', async () => {
  const text = 'roles: []';
  const nobody = await run(['diff', '--database-url', 'postgresql://u:s3cret@127.0.0.1:1/d'], text);
  expect(nobody.code).toBe(1);
  expect(lastWords(nobody)[1]).toMatch(
    /^error: DatabaseConnectionFailed: .*127\.0\.0\.1:1.*ECONNREFUSED/,
  );
  expect(nobody.stderr).not.toContain('s3cret');
  const none = await run(['diff'], text, { DATABASE_URL: '' });
  expect(none.code).toBe(64);
  expect(lastWords(none)[1]).toBe('error: Usage: a bare manifest names no database');
});

test('a schema that is not there is found before anything is changed', async () => {
  const role = newRole();
  const result = await run(
    ['apply'],
    `
roles: [{ name: ${role} }]
grants: [{ role: ${role}, privileges: [SELECT], object: { type: table, schema: nowhere, name: '*' } }]`,
  );
  expect(result.code).toBe(1);
  expect(lastWords(result)[1]).toMatch(/^error: MissingDatabaseObject: .*nowhere/);
  expect(await rowsOf(database.url, `SELECT FROM pg_roles WHERE rolname = '${role}'`)).toEqual([]);
});

test('of several policies in a file one is named', async () => {
  const one = (name: string) =>
    `apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: ${name} }\nspec: { connection: { secretRef: { name: db } } }\n`;
  const text = `${one('a')}---\n${one('b')}`;
  const several = await run(['diff'], text);
  expect(several.code).toBe(64);
  expect(lastWords(several)[1]).toContain(
    'holds more than one manifest or PostgresPolicy: default/a, default/b',
  );
  expect((await run(['diff', '--policy', 'b'], text)).code).toBe(0);
  const wrong = await run(['diff', '--policy', 'other/b'], text);
  expect(lastWords(wrong)[1]).toMatch(/^error: PolicyNotFound: /);
});
