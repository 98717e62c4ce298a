import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { rowsOf } from '../setup/rows.ts';
import { eventually } from '../workflows/wait.ts';
import { cliRig, inSync } from './cli-rig.ts';
import { lastWords, resultOf, runCli, startCli } from './run-cli.ts';

const rig = cliRig();
const { file, newRole, run } = rig;

test('diff exits with 2 on drift, and with 0 in sync or with --no-exit-code; it changes nothing', async () => {
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

test('diff and apply use the connection, mode and passwords of a policy, from Secrets in its directory', async () => {
  const [role, other] = [newRole(), newRole()];
  await rowsOf(rig.database.url, `CREATE ROLE ${role} CREATEDB`);
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
  await writeFile(join(path, '..', 'db.yaml'), secret('db', 'DATABASE_URL', rig.database.url));
  const noPassword = await runCli(['apply', '-f', path]);
  expect(lastWords(noPassword)[1]).toMatch(/^error: SecretMissing: Secret default\/made /);
  expect(await rowsOf(rig.database.url, `SELECT FROM pg_roles WHERE rolname = '${other}'`)).toEqual(
    [],
  );
  await writeFile(join(path, '..', 'made.yaml'), secret('made', 'password', 'twelve-words'));
  const applied = await runCli(['apply', '-f', path]);
  expect(applied.stderr).toBe('');
  expect(applied.stdout).toContain(`CREATE ROLE "${other}" LOGIN;`);
  // The mode additive of the policy revokes nothing; --mode overrides it.
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

test('--mode revoke shows and revokes the declared access, and keeps the access that others granted', async () => {
  const role = newRole();
  const grant = `{ role: ${role}, privileges: [CREATE], object: { type: schema, name: public } }`;
  const text = `roles: [{ name: ${role}, login: true, password: { from_env: NEVER_SET } }]\ngrants: [${grant}]`;
  await rowsOf(rig.database.url, `CREATE ROLE ${role}; GRANT CREATE ON SCHEMA public TO ${role}`);
  const { code, stdout } = await run(['diff', '--mode', 'revoke'], text);
  expect([code, stdout]).toEqual([2, expect.stringContaining('REVOKE CREATE ON SCHEMA public')]);
  expect((await run(['apply', '--mode', 'revoke'], text)).code).toBe(0);
  expect((await run(['diff', '--mode', 'revoke'], text)).code).toBe(0);
  const sql = `SELECT has_schema_privilege('${role}', 'public', 'CREATE') AS creates`;
  expect(await rowsOf(rig.database.url, sql)).toEqual([{ creates: false }]);
});

test('two applies at once both succeed', async () => {
  const names = [newRole(), newRole()];
  const results = await Promise.all(
    names.map((name) => run(['apply'], `roles: [{ name: ${name} }]`)),
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
});

/** The process id of the next backend that waits for the lock of writers. Each attempt of an apply has its own backend. */
function waiter(wanted: (pid: number) => boolean): Promise<number> {
  return eventually(async () => {
    const rows = await rowsOf(
      rig.database.url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()",
    );
    return rows.map(({ pid }) => Number(pid)).find(wanted);
  });
}

const writerLock = '8099007861556438382';

test('apply waits for another writer', async () => {
  const worker = new pg.Client({ connectionString: rig.database.url });
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
  const worker = new pg.Client({ connectionString: rig.database.url });
  await worker.connect();
  await worker.query(`BEGIN; SELECT pg_advisory_xact_lock(${writerLock})`);
  const path = await file(`roles: [{ name: ${role} }]`);
  const child = startCli(['apply', '-f', path], { env: { DATABASE_URL: rig.database.url } });
  const ended = resultOf(child);
  await untilWaiting(worker);
  child.kill('SIGINT');
  const result = await ended;
  await worker.end();
  expect(result.code).toBe(1);
  expect(lastWords(result)[1]).toBe('error: ApplyFailed: interrupted: nothing was changed');
  expect(await rowsOf(rig.database.url, `SELECT FROM pg_roles WHERE rolname = '${role}'`)).toEqual(
    [],
  );
});

async function untilWaiting(client: pg.Client): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  await eventually(async () => (await client.query(waiting)).rowCount !== 0);
}

test('an unreachable database and a missing database URL are errors', async () => {
  const text = 'roles: []';
  const nobody = await run(['diff', '--database-url', 'postgresql://u:s3cret@127.0.0.1:1/d'], text);
  expect(nobody.code).toBe(1);
  expect(lastWords(nobody)[1]).toMatch(
    /^error: DatabaseConnectionFailed: .*127\.0\.0\.1:1.*ECONNREFUSED/,
  );
  expect(nobody.stderr).not.toContain('s3cret');
  const none = await run(['diff'], text, { DATABASE_URL: '' });
  expect(none.code).toBe(64);
  expect(lastWords(none)[1]).toBe('error: Usage: a bare manifest does not name a database');
});

test('apply reports a missing schema before it changes anything', async () => {
  const role = newRole();
  const result = await run(
    ['apply'],
    `
roles: [{ name: ${role} }]
grants: [{ role: ${role}, privileges: [SELECT], object: { type: table, schema: nowhere, name: '*' } }]`,
  );
  expect(result.code).toBe(1);
  expect(lastWords(result)[1]).toMatch(/^error: MissingDatabaseObject: .*nowhere/);
  expect(await rowsOf(rig.database.url, `SELECT FROM pg_roles WHERE rolname = '${role}'`)).toEqual(
    [],
  );
});

test('--policy selects one of several policies in a file', async () => {
  const one = (name: string) =>
    `apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: ${name} }\nspec: { connection: { secretRef: { name: db } } }\n`;
  const text = `${one('a')}---\n${one('b')}`;
  const several = await run(['diff'], text);
  expect(several.code).toBe(64);
  expect(lastWords(several)[1]).toContain(
    'contains more than one manifest or PostgresPolicy: default/a, default/b',
  );
  expect((await run(['diff', '--policy', 'b'], text)).code).toBe(0);
  const wrong = await run(['diff', '--policy', 'other/b'], text);
  expect(lastWords(wrong)[1]).toMatch(/^error: PolicyNotFound: /);
});
