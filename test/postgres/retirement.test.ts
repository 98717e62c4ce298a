import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { DueStep } from '../../core/plan/steps.ts';
import { applyOnce, applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { takeStep } from '../../postgres/take-step.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import { freshDatabase, type TestDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually } from '../workflows/wait.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const options = { passwords: new Map<string, string>(), lockTimeoutMs: 300 };

describe.each(someMajors)('a retirement on PostgreSQL %d', (major) => {
  let rig: Rig;
  let other: TestDatabase;
  let legacy: string;
  let heir: string;

  beforeEach(async () => {
    rig = await openRig(major);
    other = await freshDatabase(major);
    legacy = rig.role('legacy');
    heir = rig.role('heir');
    await rig.sql(`CREATE ROLE ${legacy} LOGIN PASSWORD 'x'; CREATE ROLE ${heir}`);
  });

  afterEach(async () => {
    await other.drop();
    await rig.close();
  });

  const retire = (fields = '') => intentOf(`retirements: [{ role: ${legacy}${fields} }]`);

  async function login(): Promise<boolean | undefined> {
    const { rows } = await rig.sql(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${legacy}'`);
    return (rows as { rolcanlogin: boolean }[])[0]?.rolcanlogin;
  }

  /** Connects as the role again and again until it is refused. */
  async function comesBack(began: { connections: number }): Promise<string> {
    for (;;) {
      const connectionString = urlWith(rig.url, { username: legacy, password: 'x' });
      const client = new pg.Client({ connectionString });
      const gone = new Promise((resolve) => client.once('end', resolve));
      client.on('error', () => undefined);
      try {
        await client.connect();
        began.connections += 1;
        await client.query('CREATE TEMPORARY TABLE mine ()');
        await gone;
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code !== '57P01') return error.message;
      }
    }
  }

  test('finishes although a client reconnects as fast as it can', async () => {
    await rig.sql(`GRANT TEMPORARY ON DATABASE ${rig.name} TO ${legacy}`);
    const began = { connections: 0 };
    const clients = [comesBack(began), comesBack(began), comesBack(began)];
    await eventually(() => began.connections >= 3);
    const fields = ', terminate_sessions: true, drop_owned: true, allow_data_loss: true';
    await applyPlan(rig.database, retire(fields), options);
    expect(await login()).toBeUndefined();
    for (const message of await Promise.all(clients))
      expect(message).toMatch(/is not permitted to log in|does not exist|authentication failed/);
    const { rowCount } = await rig.sql(
      `SELECT FROM pg_stat_activity WHERE usename = '${legacy}' OR usesysid NOT IN (SELECT oid FROM pg_roles)`,
    );
    expect(rowCount).toBe(0);
  });

  test("changes nothing if it may not end the role's sessions, and names their clients", async () => {
    const url = new URL(urlWith(rig.url, { username: legacy, password: 'x' }));
    url.searchParams.set('application_name', 'nightly "job"');
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      const refusal = await refusalOf(applyPlan(rig.database, retire(), options));
      expect(refusal.message).toMatch(
        /^role "legacy_\w+" cannot be dropped: it has 1 open session: 1 of "nightly \\"job\\"" from [\d.:]+$/,
      );
      expect(refusal.hint).toBe('Set terminate_sessions: true to end its sessions.');
      expect(await login()).toBe(true);
    } finally {
      await client.end();
    }
  });

  test('leaves the role without LOGIN if a later step fails, reports that, and continues from there', async () => {
    await rig.sql(`CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO ${legacy}`);
    const blocker = await rig.session();
    await blocker.query('BEGIN; LOCK TABLE public.t');
    const wanted = retire(`, reassign_owned_to: ${heir}`);
    const refusal = await refusalOf(applyPlan(rig.database, wanted, options));
    expect(refusal.code).toBe('LockContention');
    expect(refusal.message).toContain(`; role "${legacy}" stays without LOGIN`);
    expect(await login()).toBe(false);
    await blocker.query('ROLLBACK');
    const steps: DueStep[] = [];
    await applyPlan(rig.database, wanted, { ...options, onStep: (step) => steps.push(step) });
    expect(steps).toEqual([]);
    expect(await login()).toBeUndefined();
  });

  test('clears other databases in separate steps, which may be repeated but not endlessly', async () => {
    await rowsOf(other.url, `CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO ${legacy}`);
    const wanted = retire(`, reassign_owned_to: ${heir}`);
    const pass = await applyOnce(rig.database, wanted, options);
    if (pass.kind !== 'due') throw new Error('no step was due');
    expect(pass.steps.map(({ stage, database }) => [stage, database])).toEqual([
      ['prepare', undefined],
      ['clean', other.name],
    ]);
    // Another session keeps undoing the steps when they are due again after five rounds.
    const refusal = await refusalOf(applyOnce(rig.database, wanted, { ...options, round: 5 }));
    expect(refusal.code).toBe('LockContention');
    expect(refusal.message).toContain(`these steps are due again after 5 attempts: `);
    for (const step of pass.steps) {
      const taken = await takeStep(rig.database, wanted, step, options);
      expect(taken).toHaveLength(1);
      expect(await takeStep(rig.database, wanted, step, options)).toEqual([]);
    }
    expect((await applyOnce(rig.database, wanted, options)).kind).toBe('applied');
    const owners = await rowsOf(
      other.url,
      "SELECT tableowner FROM pg_tables WHERE tablename = 't'",
    );
    expect(owners).toEqual([{ tableowner: heir }]);
    // pgwarden leaves no connection there, because it would prevent DROP DATABASE.
    const ours = `datname = '${other.name}' AND application_name = 'pgwarden'`;
    const left = () => rowsOf(rig.url, `SELECT FROM pg_stat_activity WHERE ${ours}`);
    await eventually(async () => (await left()).length === 0, 5_000);
    await rowsOf(other.url, `DROP OWNED BY ${heir}`);
  });

  test.each([
    ['ALLOW_CONNECTIONS false', 'is not currently accepting connections (SQLSTATE 55000)'],
    ['ALLOW_CONNECTIONS true', 'permission denied for database'],
  ])('is refused before its first step if it cannot inspect something: %s', async (how, why) => {
    const manager = rig.role('manager');
    const bridge = major >= 16 ? `GRANT ${legacy} TO ${manager} WITH ADMIN OPTION` : 'SELECT';
    await rig.sql(`CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'x'; ${bridge}`);
    await rowsOf(other.url, `CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO ${legacy}`);
    await rig.sql(`REVOKE CONNECT ON DATABASE ${other.name} FROM PUBLIC`);
    await rig.sql(`ALTER DATABASE ${other.name} ${how}`);
    const database = rig.open(urlWith(rig.url, { username: manager, password: 'x' }));
    const fields = ', drop_owned: true, allow_data_loss: true';
    for (const refusal of [
      await refusalOf(planDatabase(database, retire(fields))),
      await refusalOf(applyPlan(database, retire(fields), options)),
    ]) {
      expect(refusal.code).toBe('UnsafeRoleDrops');
      expect(refusal.message).toContain(
        `it has objects or privileges in database ${other.name}, which pgwarden cannot inspect: `,
      );
      expect(refusal.message).toContain(why);
    }
    expect(await login()).toBe(true);
  });

  test('changes nothing if the connected role cannot revoke in another database, and names what it cannot revoke', async () => {
    const manager = rig.role('manager');
    const bridge = major >= 16 ? `GRANT ${legacy} TO ${manager} WITH ADMIN OPTION` : 'SELECT';
    await rig.sql(`CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'x'; ${bridge}`);
    await rowsOf(
      other.url,
      `CREATE TABLE public.t (); GRANT SELECT ON public.t TO ${legacy};
       CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION public.f() OWNER TO ${legacy}`,
    );
    const database = rig.open(urlWith(rig.url, { username: manager, password: 'x' }));
    const refusal = await refusalOf(applyPlan(database, retire(', drop_owned: true'), options));
    expect(refusal.code).toBe('UnsafeRoleDrops');
    expect(refusal.message).toContain(
      `it has privileges on table public.t in database ${other.name}`,
    );
    expect(await login()).toBe(true);
    expect(await rowsOf(other.url, "SELECT FROM pg_proc WHERE proname = 'f'")).toHaveLength(1);
  });

  test('drops what the role granted, mapped or was named in, if no role loses access by it', async () => {
    const reader = rig.role('reader');
    await rig.sql(`CREATE ROLE ${reader}; CREATE SCHEMA app; CREATE TABLE app.t (); GRANT USAGE ON SCHEMA app TO ${legacy} WITH GRANT OPTION;
      GRANT SELECT ON app.t TO ${legacy} WITH GRANT OPTION; CREATE POLICY p ON app.t TO ${legacy};
      CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR ${legacy} SERVER s;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${legacy} GRANT SELECT ON TABLES TO ${reader};
      SELECT lo_create(1); GRANT SELECT ON LARGE OBJECT 1 TO ${legacy};
      SET ROLE ${legacy}; GRANT USAGE ON SCHEMA app TO ${reader}; GRANT SELECT ON app.t TO ${reader}; RESET ROLE`);
    const refusal = await refusalOf(applyPlan(rig.database, retire(', drop_owned: true'), options));
    expect(refusal.message).toContain(
      `granted SELECT on table app.t to "${reader}", which would lose it`,
    );
    expect(await login()).toBe(true);
    await rig.sql(`GRANT USAGE ON SCHEMA app TO ${reader}; GRANT SELECT ON app.t TO ${reader}`);
    const { statements } = await applyPlan(rig.database, retire(', drop_owned: true'), options);
    expect(statements.at(-1)?.text).toBe(`DROP ROLE "${legacy}"`);
    expect(await login()).toBeUndefined();
    expect(
      await rowsOf(rig.url, `SELECT 1 WHERE has_table_privilege('${reader}', 'app.t', 'SELECT')`),
    ).toHaveLength(1);
  });
});
