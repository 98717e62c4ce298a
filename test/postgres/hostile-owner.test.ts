import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { membershipOptionsSince } from '../../core/membership-options.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { majors } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import type { Connection, HostileGround } from './hostile-owner.ts';
import { connections, openHostileGround } from './hostile-owner.ts';
import { hostileSettings } from './hostile-settings.ts';
import { intentOf } from './rig.ts';

/** Sources of a search_path. Each overrides the one above it. */
const settings = {
  database: (path: string) => `
    ALTER DATABASE shop SET search_path = ${path};
    ALTER DATABASE archive SET search_path = ${path}`,
  role: (path: string) => logins(`SET search_path = ${path}`),
  'role in database': (path: string) => `
    ${logins(`IN DATABASE shop SET search_path = ${path}`)};
    ${logins(`IN DATABASE archive SET search_path = ${path}`)}`,
} as const;

const logins = (what: string): string =>
  ['postgres', 'manager', 'login'].map((role) => `ALTER ROLE ${role} ${what}`).join(';');

const grants = `
grants:
  - { role: reader, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }
  - { role: reader, privileges: [UPDATE], object: { type: table, schema: app, name: t, columns: [id] } }
  - { role: reader, privileges: [SELECT], object: { type: view, schema: app, name: '*' } }
  - { role: reader, privileges: [SELECT], object: { type: materialized_view, schema: app, name: m } }
  - { role: reader, privileges: [USAGE], object: { type: sequence, schema: app, name: '*' } }
  - { role: reader, privileges: [EXECUTE], object: { type: function, schema: app, name: '*' } }
  - { role: reader, privileges: [EXECUTE], object: { type: function, schema: app, name: 'trap(text)' } }
  - { role: reader, privileges: [USAGE], object: { type: type, schema: app, name: c } }
  - { role: reader, privileges: [USAGE], object: { type: domain, schema: app, name: d } }
  - { role: reader, privileges: [USAGE], object: { type: schema, name: app } }
  - { role: reader, privileges: [SELECT], object: { type: large_object, name: '777' } }`;

/** Grants that only a superuser can make here. */
const grantsOfSuperuser = (major: number): string => `
  - { role: reader, privileges: [USAGE], object: { type: language, name: plpgsql } }
  - { role: reader, privileges: [CONNECT], object: { type: database, name: shop } }
  - { role: reader, privileges: [CREATE], object: { type: tablespace, name: pg_default } }
${major >= 15 ? '  - { role: reader, privileges: [SET], object: { type: parameter, name: log_statement } }' : ''}`;

const manifest = (major: number, connection: Connection): string => `
coverage: database
roles:
  - { name: reader, login: true, comment: 'reads', config: { work_mem: '8MB' }, password: { from_env: X } }
  - { name: keeper, login: false }
memberships: [{ role: keeper, members: [{ name: reader }] }]
default_privileges:
  - owner: keeper
    schema: app
    grant: [{ role: reader, privileges: [SELECT], on_type: table }]
ownership: [{ owner: keeper, object: { type: table, schema: app, name: '*' } }]
retirements:
  - { role: legacy, reassign_owned_to: keeper, drop_owned: true, terminate_sessions: true, allow_data_loss: true }
${grants}${connection === 'superuser' ? grantsOfSuperuser(major) : ''}`;

const passwords = new Map([['reader', 'secret']]);

/** The oldest, the newest, and the first with membership options: each other version differs little from one of them. */
const versions = majors().filter(
  (major, index, all) =>
    index === 0 || index === all.length - 1 || major === membershipOptionsSince,
);

describe.each(versions)('on PostgreSQL %i, with a database whose owner is hostile', (major) => {
  let ground: HostileGround;
  beforeAll(async () => {
    ground = await openHostileGround(major);
  });
  afterAll(() => ground.close());

  /** Even in a read-only transaction, as for a plan, a superuser can start a program. */
  const attack = (name: string): string => `
    CREATE SCHEMA hers;
    GRANT USAGE ON SCHEMA hers TO PUBLIC;
    CREATE FUNCTION hers.ge(int, int) RETURNS boolean LANGUAGE plpgsql AS $f$
      BEGIN
        EXECUTE 'ALTER ROLE mallory SUPERUSER';
        RETURN true;
      EXCEPTION WHEN OTHERS THEN
        EXECUTE 'COPY (SELECT 1) TO PROGRAM ''cat >> ${ground.file}''';
        RETURN true;
      END $f$;
    CREATE OPERATOR hers.>= (LEFTARG = int, RIGHTARG = int, FUNCTION = hers.ge);
    ALTER DATABASE ${name} SET search_path = hers, pg_catalog`;

  const intentFor = (connection: Connection) =>
    intentOf(manifest(major, connection), { reader: 'v1' });

  async function cancelAnApply(connection: Connection): Promise<void> {
    const blocker = await ground.session('shop');
    await blocker.query('BEGIN; ALTER ROLE keeper NOINHERIT');
    const stop = new AbortController();
    const database = ground.open(connection);
    const options = { passwords, signal: stop.signal, lockTimeoutMs: 60_000 };
    const wanted = intentOf('roles: [{ name: keeper, login: true }]');
    const applying = expect(applyPlan(database, wanted, options)).rejects.toMatchObject({
      code: 'DatabaseTimeout',
    });
    const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await eventually(async () => (await ground.sql('shop', waits)).rowCount === 1);
    stop.abort();
    await applying;
    await blocker.query('ROLLBACK');
  }

  /** A version between two others runs only the case with the most SQL, and the one that membership options concern. */
  const isBetween = major !== versions[0] && major !== versions.at(-1);
  const cases = [
    ...(isBetween ? [] : connections).map((connection) => ({
      connection,
      source: 'database' as const,
    })),
    { connection: 'manager', source: 'role' } as const,
    { connection: 'superuser', source: 'role in database' } as const,
  ];

  test('everything in pg_catalog has a look-alike, except input functions and aggregates with their own order', () => {
    const beyondSql =
      /(_in|_recv|_gist_union)\(.*cannot determine result|unsafe use of pseudo-type|at or near "ORDER"/;
    expect(ground.unmade.filter((line) => !beyondSql.test(line))).toEqual([]);
  });

  test.each(cases)(
    'nothing of the owner runs in what a $connection does, with a search_path of the $source',
    async ({ connection, source }) => {
      const intent = intentFor(connection);
      await ground.reset(connection);
      const plain = await planDatabase(ground.open(connection), intent, passwords);
      await ground.sql('postgres', settings[source]('evil, pg_catalog'));
      const database = ground.open(connection);
      const first = await checkDatabase(database, intent.graph);
      const plan = await planDatabase(database, intent, passwords);
      expect(plan.statements.map(({ text }) => text)).toEqual(
        plain.statements.map(({ text }) => text),
      );
      await cancelAnApply(connection);
      const steps: string[] = [];
      const options = { passwords, onStep: ({ stage }: { stage: string }) => steps.push(stage) };
      const applied = await applyPlan(database, intent, options);
      expect(steps).toEqual(['prepare', 'end sessions', 'clean']);
      const second = await checkDatabase(database, intent.graph);
      expect([second.fingerprint, second.identity]).toEqual([applied.fingerprint, first.identity]);
      expect((await planDatabase(database, intent, passwords)).drift).toBe(false);
      expect(await ground.ran()).toEqual([]);
    },
  );

  test("its owner cannot become superuser with an operator that precedes PostgreSQL's, here or in a database that a retirement inspects", async () => {
    await ground.reset('superuser');
    for (const name of ['shop', 'archive']) await ground.asMallory(name, attack(name));
    const database = ground.open('superuser');
    const intent = intentFor('superuser');
    await checkDatabase(database, intent.graph);
    await planDatabase(database, intent, passwords);
    await applyPlan(database, intent, { passwords });
    const { rows } = await ground.sql(
      'postgres',
      "SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'",
    );
    expect(rows).toEqual([{ rolsuper: false }]);
    expect(await ground.ran()).toEqual([]);
  });

  test('no setting of the database changes what is found, planned or created', async () => {
    await ground.reset('manager');
    const intent = intentFor('manager');
    const look = async () => {
      const database = ground.open('manager');
      const { fingerprint } = await checkDatabase(database, intent.graph);
      const { statements, findings, drift } = await planDatabase(database, intent, passwords);
      return { fingerprint, statements, findings, drift };
    };
    const before = await look();
    for (const name of ['shop', 'archive']) await ground.sql(name, hostileSettings);
    expect(await look()).toEqual(before);
    await applyPlan(ground.open('manager'), intent, { passwords });
    expect((await look()).drift).toBe(false);
    const { rows } = await ground.sql(
      'postgres',
      `SELECT to_jsonb(a) -> 'set_option' AS set, to_jsonb(a) -> 'inherit_option' AS inherit
         FROM pg_auth_members a WHERE a.roleid = 'reader'::regrole`,
    );
    // With createrole_self_grant there would be another one.
    expect(rows).toEqual(major >= 16 ? [{ set: false, inherit: false }] : []);
    expect(await ground.ran()).toEqual([]);
  });
});
