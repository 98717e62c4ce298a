import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '../../core/error-codes.ts';
import { refusalRecord } from '../../core/refusal.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import type { Rig } from './rig.ts';
import { graphOf } from '../core/parsed.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const canary = 'hunter2hunter2';

describe.each(someMajors)('an error of PostgreSQL %d', (major) => {
  let rig: Rig;
  let guest: string;
  const empty = graphOf('roles: []');
  const check = (url: string): Promise<unknown> => checkDatabase(rig.open(url), empty);
  const asGuest = (): string => urlWith(rig.url, { username: guest, password: canary });
  const apply = (url: string, manifest: string): Promise<unknown> =>
    applyPlan(rig.open(url), intentOf(manifest), { passwords: new Map() });

  beforeAll(async () => {
    rig = await openRig(major);
    guest = rig.role('guest');
    await rig.sql(`CREATE ROLE ${guest} LOGIN PASSWORD '${canary}'; CREATE SCHEMA app`);
  });
  afterAll(() => rig.close());

  test.each<[string, ErrorCode, () => Promise<unknown>]>([
    [
      'a wrong password',
      'DatabaseAuthenticationFailed',
      () => check(urlWith(rig.url, { password: canary })),
    ],
    [
      'no such role',
      'DatabaseAuthenticationFailed',
      () => check(urlWith(rig.url, { username: 'nobody_here', password: canary })),
    ],
    [
      'no such database',
      'DatabaseAuthenticationFailed',
      () => check(urlWith(rig.url, { pathname: '/nowhere_at_all' })),
    ],
    [
      'nobody listening',
      'DatabaseConnectionFailed',
      async () => check(urlWith(rig.url, { port: String(await closedPort()), password: canary })),
    ],
    [
      'no such host',
      'DatabaseConnectionFailed',
      () => check(urlWith(rig.url, { hostname: 'nowhere.invalid', password: canary })),
    ],
    [
      'a role that may not create roles',
      'InsufficientPrivileges',
      () => apply(asGuest(), 'roles: [{ name: someone_new }]'),
    ],
    [
      'a role that does not own the schema',
      'InsufficientPrivileges',
      () =>
        apply(
          asGuest(),
          `grants: [{ role: ${guest}, privileges: [USAGE], object: { type: schema, name: app } }]`,
        ),
    ],
    [
      'a schema that is missing',
      'MissingDatabaseObject',
      () =>
        apply(
          rig.url,
          `grants: [{ role: ${guest}, privileges: [USAGE], object: { type: schema, name: gone } }]`,
        ),
    ],
  ])('%s is %s', async (_what, code, work) => {
    const { code: actual, message, hint, details } = await refusalOf(work());
    expect({ code: actual, message }).toEqual({ code, message });
    expect([message, hint, ...details].join('\n')).not.toContain(canary);
    expect(hint).not.toBe('');
  });

  test('about a database that accepts no connections is transient', async () => {
    await rig.sql(`ALTER ROLE ${guest} CONNECTION LIMIT 0`);
    const { code } = await refusalOf(check(asGuest()));
    await rig.sql(`ALTER ROLE ${guest} CONNECTION LIMIT -1`);
    expect(code).toBe('DatabaseConnectionFailed');
  });

  test('about a read-only server is transient', async () => {
    const { code } = await refusalOf(
      rig.database.use(({ client }) => client.query('BEGIN READ ONLY; CREATE ROLE someone_new')),
    );
    expect(code).toBe('DatabaseConnectionFailed');
  });

  test('about a closed connection is transient', async () => {
    const database = rig.open(asGuest());
    const cut = database.use(async ({ client }) => {
      await rig.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${guest}'`,
      );
      return client.query('SELECT 1');
    });
    expect((await refusalOf(cut)).code).toBe('DatabaseConnectionFailed');
    await expect(checkDatabase(database, empty)).resolves.toMatchObject({
      server: { user: guest },
    });
  });

  test('about a connection that closes between two statements is transient too, and does not end the process', async () => {
    const cut = rig.open(asGuest()).use(async ({ client }) => {
      const ended = new Promise<void>((resolve) => client.once('end', resolve));
      await rig.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${guest}'`,
      );
      await ended;
      return client.query('SELECT 1');
    });
    expect((await refusalOf(cut)).code).toBe('DatabaseConnectionFailed');
  });

  test('about a statement that takes too long is a timeout', async () => {
    const slow = rig.database.use(({ client }) =>
      client.query("SET statement_timeout = '20ms'; SELECT pg_sleep(10)"),
    );
    expect((await refusalOf(slow)).code).toBe('DatabaseTimeout');
  });

  test.each([
    ['statment_timeout', '5s', 'MissingDatabaseObject'],
    ['statement_timeout', '5 potatoes', 'ApplyFailed'],
  ])('about setting %s of %s says where to correct it', async (name, value, code) => {
    const manifest = `roles: [{ name: ${guest}, config: { ${name}: ${value} } }]`;
    const refusal = await refusalOf(apply(rig.url, manifest));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(JSON.stringify(name));
    expect(refusal.hint).toContain('config or database_config');
  });

  test('that refuses a retirement is an unsafe drop', async () => {
    const drop = rig.database.use(async ({ client }) => {
      await client.query(`ALTER SCHEMA app OWNER TO ${guest}`);
      return client.query(`DROP ROLE ${guest}`);
    });
    const { code, message } = await refusalOf(drop);
    await rig.sql('ALTER SCHEMA app OWNER TO postgres');
    expect(code).toBe('UnsafeRoleDrops');
    expect(message).toContain('SQLSTATE 2BP01): owner of schema app');
  });

  test('never repeats the statement or the values that PostgreSQL reports with it', async () => {
    const work = rig.database.use(({ client }) =>
      client.query(
        `CREATE TEMPORARY TABLE secrets (secret text UNIQUE); INSERT INTO secrets VALUES ('${canary}'), ('${canary}')`,
      ),
    );
    const { code, message, hint, details, cause } = await refusalOf(work);
    expect(code).toBe('ApplyFailed');
    expect(JSON.stringify([message, hint, details, cause])).not.toContain(canary);
  });

  test('is the same for a plan and for its apply', async () => {
    const manifest = `grants: [{ role: ${guest}, privileges: [USAGE], object: { type: schema, name: gone } }]`;
    const planned = await refusalOf(planDatabase(rig.database, intentOf(manifest)));
    const applied = await refusalOf(apply(rig.url, manifest));
    expect(refusalRecord(planned)).toEqual(refusalRecord(applied));
  });
});

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
