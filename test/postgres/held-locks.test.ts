import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres } from '../../embedded/postgres.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually } from '../workflows/wait.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const options = { passwords: new Map<string, string>(), lockTimeoutMs: 2_000 };

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

describe.each(someMajors)('a lock that another session holds, on PostgreSQL %d', (major) => {
  let rig: Rig;
  let legacy: string;
  let asLegacy: string;
  beforeEach(async () => {
    rig = await openRig(major);
    legacy = rig.role('legacy');
    await rig.sql(`CREATE ROLE ${legacy} LOGIN PASSWORD 'x'`);
    asLegacy = urlWith(rig.url, { username: legacy, password: 'x' });
  });
  afterEach(() => rig.close());

  const retired = () =>
    intentOf(`retirements: [{ role: ${legacy}, terminate_sessions: true, drop_owned: true }]`);

  async function isThere(): Promise<boolean> {
    const { rowCount } = await rig.sql(`SELECT FROM pg_roles WHERE rolname = '${legacy}'`);
    return rowCount === 1;
  }

  /** A login that can retire the role and is no superuser. */
  async function asManager(): Promise<string> {
    const manager = rig.role('manager');
    const bridge = major >= 16 ? `GRANT ${legacy} TO ${manager} WITH ADMIN OPTION` : 'SELECT';
    await rig.sql(`CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'x'; ${bridge}`);
    return urlWith(rig.url, { username: manager, password: 'x' });
  }

  test.each([['a superuser'], ['a role with CREATEROLE']])(
    'does not prevent the retirement of a role by %s when its own session holds its row',
    async (who) => {
      const url = who === 'a superuser' ? rig.url : await asManager();
      const holder = await connect(asLegacy);
      await holder.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'y'");
      await applyPlan(rig.open(url), retired(), options);
      expect(await isThere()).toBe(false);
    },
  );

  /** Runs SQL in new sessions whenever the old one is terminated, until the role cannot log in. */
  async function insists(sql: string, began: { sessions: number }): Promise<void> {
    for (;;) {
      const client = new pg.Client({ connectionString: asLegacy });
      const gone = new Promise((resolve) => client.once('end', resolve));
      client.on('error', () => undefined);
      try {
        await client.connect();
        began.sessions += 1;
        await client.query(sql);
        if (sql.startsWith('BEGIN')) await gone;
        await client.end();
      } catch (error) {
        await client.end().catch(() => undefined);
        const isOut = error instanceof pg.DatabaseError && /^28/.test(error.code ?? '');
        if (isOut) return;
      }
    }
  }

  test.each([
    ['hold its row', "BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'x'"],
    ['change its row', "ALTER ROLE CURRENT_USER PASSWORD 'x'"],
  ])(
    'does not save a role whose sessions reconnect as fast as they can to %s',
    async (_what, sql) => {
      const began = { sessions: 0 };
      const clients = Array.from({ length: 5 }, () => insists(sql, began));
      await eventually(() => began.sessions >= 5);
      await applyPlan(rig.database, retired(), { ...options, lockTimeoutMs: 5_000 });
      await Promise.all(clients);
      expect(await isThere()).toBe(false);
    },
  );

  test('is reported with a session of another role, which is not terminated', async () => {
    const friend = rig.role('friend');
    await rig.sql(`CREATE ROLE ${friend} LOGIN PASSWORD 'x'; GRANT ${legacy} TO ${friend}`);
    const holder = await connect(urlWith(rig.url, { username: friend, password: 'x' }));
    const pid = await pidOf(holder);
    await holder.query(`BEGIN; SET ROLE ${legacy}; ALTER ROLE CURRENT_USER PASSWORD 'secret'`);
    const refusal = await refusalOf(applyPlan(rig.database, retired(), options));
    expect(refusal.code).toBe('LockContention');
    expect(refusal.message).toMatch(
      new RegExp(
        `: a row of pg_catalog.pg_authid is locked by session ${String(pid)} of role "${friend}" since [-0-9 :]+ UTC$`,
      ),
    );
    expect(refusal.hint).toContain(`SELECT pg_catalog.pg_terminate_backend(${String(pid)})`);
    expect(JSON.stringify(refusal)).not.toContain('secret');
    await holder.query('ROLLBACK');
    await holder.end();
    await applyPlan(rig.database, retired(), options);
  });

  const grants = (object: string, privilege = 'SELECT') =>
    `grants: [{ role: ${legacy}, privileges: [${privilege}], object: ${object} }]`;

  test.each([
    [
      'a table that is granted on',
      'GRANT UPDATE ON app.t TO PUBLIC',
      () => grants('{ type: table, schema: app, name: t }'),
      'a row of pg_catalog.pg_class',
    ],
    [
      'a schema',
      'GRANT CREATE ON SCHEMA app TO PUBLIC',
      () => grants('{ type: schema, name: app }', 'USAGE'),
      'a row of pg_catalog.pg_namespace',
    ],
    [
      'a table that gets another owner',
      'SELECT FROM app.t',
      () => `ownership: [{ owner: ${legacy}, object: { type: table, schema: app, name: t } }]`,
      'relation app.t',
    ],
    [
      'a role',
      'COMMENT ON ROLE $legacy IS NULL; ALTER ROLE $legacy CONNECTION LIMIT 3',
      () => `roles: [{ name: ${legacy}, login: true, connection_limit: 5 }]`,
      'a row of pg_catalog.pg_authid',
    ],
    [
      'a role that is dropped, by granting to it',
      'GRANT SELECT ON app.t TO $legacy',
      () => `retirements: [{ role: ${legacy} }]`,
      'role $legacy',
    ],
  ])('is reported with its object and its holder: %s', async (_what, held, wanted, object) => {
    const named = (text: string) => text.replaceAll('$legacy', legacy);
    await rig.sql('CREATE SCHEMA app; CREATE TABLE app.t (id int)');
    const holder = await rig.session();
    const pid = await pidOf(holder);
    await holder.query(`BEGIN; ${named(held)}`);
    const refusal = await refusalOf(applyPlan(rig.database, intentOf(wanted()), options));
    expect(refusal.code).toBe('LockContention');
    expect(refusal.message).toContain(
      `: ${named(object)} is locked by session ${String(pid)} of role "postgres" since `,
    );
    await holder.query('ROLLBACK');
    await applyPlan(rig.database, intentOf(wanted()), options);
  });

  test('is reported even to a login that cannot see its start time', async () => {
    const manager = await asManager();
    const holder = await rig.session();
    await holder.query(`BEGIN; ALTER ROLE ${legacy} CONNECTION LIMIT 3`);
    const refusal = await refusalOf(applyPlan(rig.open(manager), retired(), options));
    expect(refusal.message).toContain(
      `session ${String(await pidOf(holder))} of role "postgres" (pgwarden needs pg_read_all_stats to see since when)`,
    );
    await holder.query('ROLLBACK');
  });
});

describe('prepared transactions of a retired role', () => {
  const [major] = someMajors;

  test('do not prevent a retirement, and are left to a person', async () => {
    if (major === undefined) return;
    const server = await startPostgres({
      major,
      durable: false,
      settings: { max_prepared_transactions: '5' },
    });
    const database = openDatabase(targetFromUrl(server.url));
    const retired = intentOf('retirements: [{ role: legacy, terminate_sessions: true }]');
    try {
      await rowsOf(server.url, "CREATE ROLE legacy LOGIN PASSWORD 'x'");
      await rowsOf(server.url, 'CREATE DATABASE other');
      const parts = { username: 'legacy', password: 'x' };
      const legacy = await connect(urlWith(server.url, { ...parts, pathname: '/other' }));
      await legacy.query("BEGIN; SELECT 1; PREPARE TRANSACTION 'it''s mine'");
      const locked = await connect(urlWith(server.url, parts));
      await locked.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'y'; PREPARE TRANSACTION 'row'");

      const contention = await refusalOf(applyPlan(database, retired, options));
      expect(contention.code).toBe('LockContention');
      expect(contention.message).toContain(
        `: a row of pg_catalog.pg_authid is locked by prepared transaction 'row' of role "legacy" in database "postgres" since `,
      );
      expect(contention.hint).toContain("run ROLLBACK PREPARED 'row'");
      await rowsOf(server.url, "ROLLBACK PREPARED 'row'");

      const refusal = await refusalOf(applyPlan(database, retired, options));
      expect([refusal.code, refusal.message]).toEqual([
        'UnsafeRoleDrops',
        `role "legacy" cannot be dropped: it has a prepared transaction in database other (ROLLBACK PREPARED 'it''s mine')`,
      ]);
      const rest = await rowsOf(
        server.url,
        `SELECT r.rolcanlogin AS login, (SELECT count(*)::int FROM pg_stat_activity WHERE usename = 'legacy') AS sessions
           FROM pg_roles r WHERE rolname = 'legacy'`,
      );
      expect(rest).toEqual([{ login: false, sessions: 0 }]);
      await rowsOf(urlWith(server.url, { pathname: '/other' }), "ROLLBACK PREPARED 'it''s mine'");
      expect((await applyPlan(database, retired, options)).summary.roles_dropped).toBe(1);
    } finally {
      await database.close();
      await server.stop();
    }
  }, 60_000);
});
