import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { openProxy } from './proxy.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const noPasswords = { passwords: new Map<string, string>() };

describe.each(someMajors)('the apply on PostgreSQL %d', (major) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await openRig(major);
  });
  afterEach(() => rig.close());

  async function exists(role: string): Promise<boolean> {
    const { rowCount } = await rig.sql(`SELECT FROM pg_roles WHERE rolname = '${role}'`);
    return rowCount === 1;
  }

  async function logIn(username: string, password: string): Promise<unknown> {
    const { hostname: host, port } = new URL(rig.url);
    const client = new pg.Client({
      host,
      port: Number(port),
      database: rig.name,
      user: username,
      password,
    });
    await client.connect();
    try {
      const { rows } = await client.query<{ who: string }>('SELECT CURRENT_USER AS who');
      return rows[0]?.who;
    } finally {
      await client.end();
    }
  }

  test.each([
    ['plain', 'correct horse'],
    ['with quotes, backslashes and dollars', `'"\\ $1 ; --`],
    ['that SASLprep maps to other characters', 'p\u00adß\u2168\u00a0ﬁ\u212b'],
    ['outside ASCII', 'пароль-密码-🐘'],
    ['that SASLprep refuses', 'bell\u0007'],
  ])('sets a password %s with which the role can log in, and no other', async (_what, password) => {
    const ana = rig.role('ana');
    const intent = intentOf(`roles: [{ name: ${ana}, login: true, password: { from_env: ANA } }]`, {
      [ana]: 'v1',
    });
    await applyPlan(rig.database, intent, { passwords: new Map([[ana, password]]) });
    expect(await logIn(ana, password)).toBe(ana);
    await expect(logIn(ana, `${password}x`)).rejects.toThrow('password authentication failed');
  });

  test('never sends a password, only its verifier', async () => {
    const ana = rig.role('ana');
    const { hostname, port } = new URL(rig.url);
    const proxy = await openProxy(hostname, Number(port));
    const through = rig.open(urlWith(rig.url, { hostname: '127.0.0.1', port: String(proxy.port) }));
    const intent = intentOf(`roles: [{ name: ${ana}, login: true, password: { from_env: ANA } }]`, {
      [ana]: 'v1',
    });
    const { statements } = await applyPlan(through, intent, {
      passwords: new Map([[ana, 'hunter2hunter2']]),
    });
    const sent = proxy.sent().toString('latin1');
    await proxy.close();
    expect(sent).toContain(`ALTER ROLE "${ana}" PASSWORD 'SCRAM-SHA-256$4096:`);
    expect(sent).not.toContain('hunter2');
    expect(JSON.stringify(statements)).not.toMatch(/hunter2|SCRAM/);
  });

  test('changes nothing when a statement in the middle fails', async () => {
    const [first, last] = [rig.role('a'), rig.role('z')];
    await rig.sql(`
      CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no schemas today' USING ERRCODE = 'P0001'; END $$;
      CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('CREATE SCHEMA') EXECUTE FUNCTION stop()`);
    const intent = intentOf(
      `roles: [{ name: ${first} }, { name: ${last} }]\nschemas: [{ name: app, owner: ${last} }]`,
    );
    await expect(applyPlan(rig.database, intent, noPasswords)).rejects.toMatchObject({
      code: 'ApplyFailed',
      message: 'no schemas today (SQLSTATE P0001)',
    });
    expect(await exists(first)).toBe(false);
    await rig.sql('DROP EVENT TRIGGER stop');
    await applyPlan(rig.database, intent, noPasswords);
    expect(await exists(first)).toBe(true);
  });

  test('rolls back what does not bring the database to the declared state', async () => {
    const ana = rig.role('ana');
    await rig.sql(`
      CREATE SCHEMA app; CREATE TABLE app.t (id int);
      CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'more') THEN CREATE TABLE app.more (id int); END IF; END $$;
      CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION meddle()`);
    const intent = intentOf(
      `roles: [{ name: ${ana} }]\ngrants: [{ role: ${ana}, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }]`,
    );
    await expect(applyPlan(rig.database, intent, noPasswords)).rejects.toMatchObject({
      code: 'NotConvergent',
      details: [`SELECT on 1 table in schema app is granted to ${ana}`],
    });
    expect(await exists(ana)).toBe(false);
    expect((await rig.sql("SELECT FROM pg_class WHERE relname = 'more'")).rowCount).toBe(0);
  });

  test('runs only the approved plan', async () => {
    const ana = rig.role('ana');
    const intent = intentOf(`roles: [{ name: ${ana}, comment: one }]`);
    const { hash } = await planDatabase(rig.database, intent);
    await rig.sql(`CREATE ROLE ${ana}`);
    await expect(
      applyPlan(rig.database, intent, { ...noPasswords, expectedHash: hash }),
    ).rejects.toMatchObject({ code: 'PlanChanged' });
    const fresh = await planDatabase(rig.database, intent);
    const applied = await applyPlan(rig.database, intent, {
      ...noPasswords,
      expectedHash: fresh.hash,
    });
    expect(applied.hash).toBe(fresh.hash);
    expect(applied.statements).toEqual(fresh.statements);
  });

  test('fails soon when another session changes the same object', async () => {
    const ana = rig.role('ana');
    await rig.sql(`CREATE ROLE ${ana}; CREATE SCHEMA app; CREATE TABLE app.t (id int)`);
    const other = await rig.session();
    await other.query(`BEGIN; GRANT UPDATE ON app.t TO ${ana}`);
    const intent = intentOf(
      `grants: [{ role: ${ana}, privileges: [SELECT], object: { type: table, schema: app, name: t } }]`,
    );
    await expect(
      applyPlan(rig.database, intent, { ...noPasswords, lockTimeoutMs: 50 }),
    ).rejects.toMatchObject({ code: 'LockContention' });
    await other.query('ROLLBACK');
    const { statements } = await applyPlan(rig.database, intent, noPasswords);
    expect(statements).toHaveLength(1);
  });

  test('waits for another writer, then finds its work done', async () => {
    const names = Array.from({ length: 20 }, () => rig.role('r'));
    const intent = intentOf(`roles: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`);
    const both = await Promise.all([
      applyPlan(rig.database, intent, noPasswords),
      applyPlan(rig.open(rig.url), intent, noPasswords),
    ]);
    const created = both.map(({ summary }) => summary.roles_created ?? 0);
    expect(created.sort((a, b) => a - b)).toEqual([0, 20]);
  });

  test('ends and rolls back at once when it is cancelled in the middle of a statement', async () => {
    const ana = rig.role('ana');
    await rig.sql('CREATE SCHEMA app; CREATE TABLE app.t (id int)');
    const other = await rig.session();
    await other.query('BEGIN; GRANT UPDATE ON app.t TO PUBLIC');
    const cancel = new AbortController();
    const intent = intentOf(
      `roles: [{ name: ${ana} }]\ngrants: [{ role: ${ana}, privileges: [SELECT], object: { type: table, schema: app, name: t } }]`,
    );
    const applied = applyPlan(rig.database, intent, {
      ...noPasswords,
      signal: cancel.signal,
      lockTimeoutMs: 50_000,
    });
    const outcome = applied.then(
      () => 'applied',
      () => 'ended',
    );
    await untilWaiting(rig);
    cancel.abort();
    expect(await outcome).toBe('ended');
    await other.query('ROLLBACK');
    expect(await exists(ana)).toBe(false);
  });

  test('does not start if it was cancelled before', async () => {
    const ana = rig.role('ana');
    const signal = AbortSignal.abort();
    await expect(
      applyPlan(rig.database, intentOf(`roles: [{ name: ${ana} }]`), { ...noPasswords, signal }),
    ).rejects.toThrow();
    expect(await exists(ana)).toBe(false);
  });

  test('does not change a database that is in sync', async () => {
    const ana = rig.role('ana');
    const intent = intentOf(`roles: [{ name: ${ana} }]`);
    await applyPlan(rig.database, intent, noPasswords);
    const before = await rig.sql(`SELECT xmin FROM pg_authid WHERE rolname = '${ana}'`);
    const { statements, summary } = await applyPlan(rig.database, intent, noPasswords);
    expect(statements).toEqual([]);
    expect(summary.total).toBe(0);
    expect((await rig.sql(`SELECT xmin FROM pg_authid WHERE rolname = '${ana}'`)).rows).toEqual(
      before.rows,
    );
  });

  test('needs the password of every role whose password it sets', async () => {
    const ana = rig.role('ana');
    const intent = intentOf(`roles: [{ name: ${ana}, login: true, password: { from_env: ANA } }]`, {
      [ana]: 'v1',
    });
    await expect(applyPlan(rig.database, intent, noPasswords)).rejects.toMatchObject({
      code: 'SecretMissing',
    });
    expect(await exists(ana)).toBe(false);
  });

  test('leaves no membership of the connected role behind when it grants in the name of that role', async () => {
    const manager = rig.role('manager');
    const [owner, reader] = [rig.role('owner'), rig.role('reader')];
    await rig.sql(
      `CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'm'; GRANT CREATE ON DATABASE ${rig.name} TO ${manager}`,
    );
    const asManager = rig.open(urlWith(rig.url, { username: manager, password: 'm' }));
    const intent = intentOf(
      `roles: [{ name: ${owner} }, { name: ${reader} }]\nschemas: [{ name: app, owner: ${owner} }]\n` +
        `default_privileges: [{ owner: ${owner}, schema: app, grant: [{ role: ${reader}, privileges: [SELECT], on_type: table }] }]`,
    );
    await applyPlan(asManager, intent, noPasswords);
    const { rows } = await rig.sql(
      `SELECT pg_has_role('${manager}', '${owner}', 'USAGE') AS usable`,
    );
    expect(rows).toEqual([{ usable: false }]);
  });
});

/** Waits until a session of the rig's database waits for a lock. */
async function untilWaiting(rig: Rig): Promise<void> {
  const { rows } = await rig.sql(
    `SELECT count(*) > 0 AS waiting FROM pg_stat_activity WHERE datname = '${rig.name}' AND wait_event_type = 'Lock'`,
  );
  const [row] = rows as { waiting: boolean }[];
  if (row?.waiting !== true) await untilWaiting(rig);
}
