import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres } from '../../embedded/postgres.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { openDatabase, type Database } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { usualKey } from '../../postgres/writer-holders.ts';
import { rowsOf } from '../setup/rows.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const noPasswords = { passwords: new Map<string, string>() };
const key = String(usualKey);

describe.each(someMajors)('writers on PostgreSQL %d', (major) => {
  let rig: Rig;
  let clients: pg.Client[];
  beforeEach(async () => {
    rig = await openRig(major);
    clients = [];
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await rig.close();
  });

  /** A login role with its attributes, and a session of it. */
  async function logIn(prefix: string, attributes = ''): Promise<{ role: string; pid: number }> {
    const role = rig.role(prefix);
    await rig.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'x' ${attributes}`);
    return { role, pid: await openSession(role) };
  }

  async function openSession(username: string): Promise<number> {
    const client = new pg.Client({
      connectionString: urlWith(rig.url, { username, password: 'x' }),
    });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0]?.pid ?? 0;
  }

  const inLastSession = (sql: string) => clients.at(-1)?.query(sql);

  const makes = (role: string) => intentOf(`roles: [{ name: ${role} }]`);

  async function isThere(role: string): Promise<boolean> {
    const { rowCount } = await rig.sql(`SELECT FROM pg_roles WHERE rolname = '${role}'`);
    return rowCount === 1;
  }

  test.each([
    ['in a session', `SELECT pg_advisory_lock(${key})`],
    ['shared', `SELECT pg_advisory_lock_shared(${key})`],
    ['in a transaction', `BEGIN; SELECT pg_advisory_xact_lock(${key})`],
    [
      'with many others beside it',
      `SELECT pg_advisory_lock(${key} + i) FROM generate_series(-500, 500) i`,
    ],
  ])('a role without rights that holds their lock %s delays nobody', async (_how, sql) => {
    await logIn('stranger');
    await inLastSession(sql);
    const ana = rig.role('ana');
    await applyPlan(rig.database, makes(ana), { ...noPasswords, writerTimeoutMs: 0 });
    expect(await isThere(ana)).toBe(true);
  });

  test('roles without rights that wait for their lock first delay nobody', async () => {
    const { role } = await logIn('stranger');
    await inLastSession(`SELECT pg_advisory_lock(${key})`);
    await openSession(role);
    const waiting = inLastSession(`SELECT pg_advisory_lock(${key})`)?.catch(() => undefined);
    const ana = rig.role('ana');
    await applyPlan(rig.database, makes(ana), noPasswords);
    expect(await isThere(ana)).toBe(true);
    await rig.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`,
    );
    await waiting;
  });

  test('a session with the same login is waited for, and named', async () => {
    const { role, pid } = await logIn('manager', 'CREATEROLE');
    await inLastSession(`BEGIN; SELECT pg_advisory_xact_lock(${key})`);
    const asManager = rig.open(urlWith(rig.url, { username: role, password: 'x' }));
    const ana = rig.role('ana');
    const options = { ...noPasswords, writerTimeoutMs: 200, courtesyMs: 0 };
    await expect(applyPlan(asManager, makes(ana), options)).rejects.toMatchObject({
      code: 'LockContention',
      message: expect.stringMatching(
        new RegExp(
          `^session ${String(pid)} of role "${role}" holds the lock of pgwarden's writers since \\d{4}-.* UTC$`,
        ),
      ) as unknown,
      hint: expect.stringContaining(
        `SELECT pg_catalog.pg_terminate_backend(${String(pid)})`,
      ) as unknown,
    });
    await inLastSession('COMMIT');
    await applyPlan(asManager, makes(ana), options);
    expect(await isThere(ana)).toBe(true);
  });

  test('a role that can create roles is waited for, with a limit', async () => {
    const { role } = await logIn('tenant', 'CREATEROLE');
    await inLastSession(`SELECT pg_advisory_lock(${key})`);
    const ana = rig.role('ana');
    const short = { ...noPasswords, writerTimeoutMs: 200, courtesyMs: 60_000 };
    await expect(applyPlan(rig.database, makes(ana), short)).rejects.toMatchObject({
      code: 'LockContention',
      message: expect.stringContaining(`of role "${role}" holds`) as unknown,
    });
    expect(await isThere(ana)).toBe(false);
    const courteous = { ...noPasswords, writerTimeoutMs: 60_000, courtesyMs: 200 };
    await applyPlan(rig.database, makes(ana), courteous);
    expect(await isThere(ana)).toBe(true);
  });

  /** Refuses a change while another transaction with a change is open. */
  const refuseOverlaps = `
    CREATE FUNCTION alone() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF NOT pg_try_advisory_xact_lock(42) THEN RAISE EXCEPTION 'two writers at once'; END IF;
      PERFORM pg_sleep(0.01); END $$;
    CREATE EVENT TRIGGER alone ON ddl_command_start EXECUTE FUNCTION alone()`;

  test.each([
    ['nobody else holds their lock', ''],
    ['a stranger holds it', `SELECT pg_advisory_lock(${key})`],
    ['a stranger holds it shared', `SELECT pg_advisory_lock_shared(${key})`],
  ])('never write at the same time, as one login or several, while %s', async (_who, sql) => {
    const manager = rig.role('manager');
    await rig.sql(`CREATE ROLE ${manager} LOGIN PASSWORD 'x' CREATEROLE;
      GRANT CREATE ON DATABASE ${rig.name} TO ${manager}; ${refuseOverlaps}`);
    await logIn('stranger');
    if (sql !== '') await inLastSession(sql);
    const asManager = (): Database =>
      rig.open(urlWith(rig.url, { username: manager, password: 'x' }));
    const writers = [rig.database, rig.open(rig.url), asManager(), asManager(), asManager()];
    const options = { ...noPasswords, writerTimeoutMs: 60_000, courtesyMs: 60_000 };
    const applied = await Promise.allSettled(
      writers.map((database, index) => {
        const name = `app${String(index)}`;
        const intent = intentOf(`schemas: [{ name: ${name} }]`);
        return applyPlan(database, intent, options);
      }),
    );
    expect(
      applied.map((each) => (each.status === 'rejected' ? String(each.reason) : 'applied')),
    ).toEqual(writers.map(() => 'applied'));
    await rig.sql('DROP EVENT TRIGGER alone');
  });
});

test('a session that fills the lock table causes an error that says so, until it ends', async () => {
  const [major] = someMajors;
  if (major === undefined) return;
  const server = await startPostgres({
    major,
    durable: false,
    settings: { max_connections: '20', max_locks_per_transaction: '10' },
  });
  await rowsOf(server.url, "CREATE ROLE stranger LOGIN PASSWORD 'x'");
  const stranger = new pg.Client({
    connectionString: urlWith(server.url, { username: 'stranger', password: 'x' }),
  });
  await stranger.connect();
  const [early, late] = [0, 1].map(() => openDatabase(targetFromUrl(server.url)));
  try {
    const intent = intentOf('roles: [{ name: ana }]');
    await early?.use(() => Promise.resolve()); // is connected when the flood begins
    const flood = 'SELECT count(pg_advisory_lock(i)) FROM generate_series(1, 1000000) i';
    await expect(stranger.query(flood)).rejects.toMatchObject({ code: '53200' });
    for (const database of [early, late]) {
      if (database === undefined) continue;
      await expect(applyPlan(database, intent, noPasswords)).rejects.toMatchObject({
        code: 'DatabaseConnectionFailed',
        message: expect.stringContaining('out of shared memory') as unknown,
        hint: expect.stringContaining('max_locks_per_transaction') as unknown,
      });
    }
    await stranger.query('SELECT pg_advisory_unlock_all()');
    const applied = late === undefined ? undefined : await applyPlan(late, intent, noPasswords);
    expect(applied?.summary.roles_created).toBe(1);
  } finally {
    await stranger.end();
    await Promise.all([early?.close(), late?.close()]);
    await server.stop();
  }
}, 60_000);
