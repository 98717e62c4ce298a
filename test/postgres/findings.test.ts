import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { freshDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import type { Rig } from './rig.ts';
import { graphOf } from '../core/parsed.ts';
import { intentOf, openRig, someMajors } from './rig.ts';

describe.each(someMajors)('access outside the policy on PostgreSQL %d', (major) => {
  let rig: Rig;
  let ana: string;
  let maker: string;
  let stranger: string;
  let other: Awaited<ReturnType<typeof freshDatabase>>;

  const manifest = (more = ''): string => `
roles: [{ name: ${ana} }, { name: ${maker} }]
schemas: [{ name: app, owner: ${maker} }]
grants: [{ role: ${ana}, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }]
${more}`;

  /** With the names of the roles without their unique suffix. */
  const findings = async (text: string): Promise<string[]> => {
    const plan = await planDatabase(rig.database, intentOf(text));
    const names = { ana, maker, stranger, other: other.name, here: rig.name };
    return plan.findings.map(({ message }) =>
      Object.entries(names).reduce(
        (words, [plain, unique]) => words.replaceAll(unique, plain),
        message,
      ),
    );
  };

  beforeAll(async () => {
    rig = await openRig(major);
    other = await freshDatabase(major);
    [ana, maker, stranger] = [rig.role('ana'), rig.role('maker'), rig.role('stranger')];
    await rig.sql(`CREATE ROLE ${stranger}; CREATE ROLE ${ana}; CREATE ROLE ${maker}`);
    await applyPlan(rig.database, intentOf(manifest()), { passwords: new Map() });
  });

  afterAll(async () => {
    await rowsOf(other.url, `DROP OWNED BY ${ana}, ${maker} CASCADE`);
    await other.drop();
    await rig.close();
  });

  test('is empty if the policy declares everything', async () => {
    await rig.sql(`SET ROLE ${maker}; CREATE TABLE app.own (id int); RESET ROLE`);
    await applyPlan(rig.database, intentOf(manifest()), { passwords: new Map() });
    expect(await findings(manifest())).toEqual([]);
  });

  test.each<[string, () => string, () => string, string[]]>([
    [
      'privileges in other schemas',
      () => `CREATE SCHEMA legacy; CREATE TABLE legacy.a (id int, secret int); CREATE TABLE legacy.b (id int);
             CREATE SEQUENCE legacy.s; CREATE DOMAIN legacy.d AS int;
             CREATE FUNCTION legacy.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE PROCEDURE legacy.p() LANGUAGE sql AS 'SELECT 1';
             GRANT USAGE ON SCHEMA legacy TO ${ana}; GRANT SELECT, INSERT ON legacy.a, legacy.b TO ${ana};
             GRANT UPDATE (id, secret) ON legacy.a TO ${ana};
             GRANT USAGE ON SEQUENCE legacy.s TO ${ana}; GRANT USAGE ON DOMAIN legacy.d TO ${ana};
             GRANT EXECUTE ON FUNCTION legacy.f() TO ${ana}; GRANT EXECUTE ON PROCEDURE legacy.p() TO ${ana};
             GRANT SELECT ON legacy.a TO PUBLIC, ${stranger}`,
      () => 'DROP SCHEMA legacy CASCADE',
      [
        'role "ana" has privileges on schema "legacy" and 2 columns, 1 domain, 1 function, 1 procedure, 1 sequence and 2 tables in it, which the policy does not name',
      ],
    ],
    [
      "privileges in the system's schemas",
      () =>
        `GRANT SELECT ON pg_catalog.pg_authid TO ${ana}; GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO ${ana}`,
      () =>
        `REVOKE SELECT ON pg_catalog.pg_authid FROM ${ana}; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) FROM ${ana}`,
      [
        'role "ana" has privileges on 1 function and 1 table in schema "pg_catalog", which the policy does not name',
      ],
    ],
    [
      'privileges outside schemas',
      () =>
        `GRANT CREATE ON DATABASE ${rig.name} TO ${ana};
         CREATE FOREIGN DATA WRAPPER w; CREATE SERVER "a server" FOREIGN DATA WRAPPER w;
         GRANT USAGE ON FOREIGN SERVER "a server" TO ${ana}; GRANT USAGE ON LANGUAGE sql TO ${ana}`,
      () =>
        `DROP FOREIGN DATA WRAPPER w CASCADE; REVOKE ALL ON LANGUAGE sql FROM ${ana};
         REVOKE ALL ON DATABASE ${rig.name} FROM ${ana}`,
      [
        'role "ana" has privileges on 1 database (here), which the policy does not name',
        'role "ana" has privileges on 1 language (sql), which the policy does not name',
        'role "ana" has privileges on 1 server ("a server"), which the policy does not name',
      ],
    ],
    [
      'what is owned and not declared',
      () =>
        `CREATE SCHEMA mine AUTHORIZATION ${maker}; CREATE TABLE mine.t (id int); ALTER TABLE mine.t OWNER TO ${maker};
         CREATE TYPE app.mood AS ENUM ('good'); ALTER TYPE app.mood OWNER TO ${ana};
         CREATE COLLATION app.c FROM "C"; ALTER COLLATION app.c OWNER TO ${ana};
         CREATE PUBLICATION p; ALTER PUBLICATION p OWNER TO ${ana}`,
      () =>
        'DROP SCHEMA mine CASCADE; DROP PUBLICATION p; DROP TYPE app.mood; DROP COLLATION app.c',
      [
        'role "ana" owns 1 collation and 1 type in schema "app", which the policy does not declare',
        'role "ana" owns 1 publication (p), which the policy does not declare',
        'role "maker" owns schema "mine" and 1 table in it, which the policy does not declare',
      ],
    ],
    [
      'memberships in groups of others',
      () => `GRANT ${stranger}, pg_monitor TO ${ana}`,
      () => `REVOKE ${stranger}, pg_monitor FROM ${ana}`,
      [
        'role "ana" is a member of "pg_monitor", which the policy does not declare',
        'role "ana" is a member of "stranger", which the policy does not declare',
      ],
    ],
    [
      'default privileges in other schemas and in any',
      () =>
        `CREATE SCHEMA legacy;
         ALTER DEFAULT PRIVILEGES FOR ROLE ${stranger} IN SCHEMA legacy GRANT SELECT ON TABLES TO ${ana};
         ALTER DEFAULT PRIVILEGES FOR ROLE ${stranger} GRANT SELECT ON TABLES TO ${ana}`,
      () =>
        `DROP SCHEMA legacy; ALTER DEFAULT PRIVILEGES FOR ROLE ${stranger} REVOKE SELECT ON TABLES FROM ${ana}`,
      [
        'role "ana" gets privileges on what "stranger" creates in any schema, which the policy does not declare',
        'role "ana" gets privileges on what "stranger" creates in schema "legacy", which the policy does not declare',
      ],
    ],
    [
      'settings',
      () =>
        `ALTER ROLE ${ana} SET work_mem = '1MB'; ALTER ROLE ${ana} SET search_path = legacy;
         ALTER ROLE ${ana} IN DATABASE ${other.name} SET work_mem = '1MB'`,
      () => `ALTER ROLE ${ana} RESET ALL; ALTER ROLE ${ana} IN DATABASE ${other.name} RESET ALL`,
      [
        'role "ana" has settings in database "other" that the policy does not declare: work_mem',
        'role "ana" has settings that the policy does not declare: search_path, work_mem',
      ],
    ],
  ])('is reported: %s', async (_what, make, undo, expected) => {
    const before = await checkDatabase(rig.database, graphOf(manifest()));
    await rig.sql(make());
    const found = await findings(manifest());
    const seen = await checkDatabase(rig.database, graphOf(manifest()));
    await rig.sql(undo());
    expect(found).toEqual(expected);
    expect(seen.fingerprint).not.toBe(before.fingerprint);
    expect(await findings(manifest())).toEqual([]);
    const undone = await checkDatabase(rig.database, graphOf(manifest()));
    expect(undone.fingerprint).toBe(before.fingerprint);
  });

  test('is reported for other databases as counts', async () => {
    await rowsOf(
      other.url,
      `CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);
       GRANT SELECT ON a, b TO ${ana}; ALTER TABLE c OWNER TO ${ana}; ALTER TABLE b OWNER TO ${maker}`,
    );
    expect(await findings(manifest())).toEqual([
      'role "ana" owns 1 object and has privileges on 2 objects in database "other", where the policy does not look',
      'role "maker" owns 1 object in database "other", where the policy does not look',
    ]);
    const before = await checkDatabase(rig.database, graphOf(manifest()));
    await rowsOf(other.url, `DROP TABLE c; REVOKE ALL ON b FROM ${ana}`);
    const after = await checkDatabase(rig.database, graphOf(manifest()));
    expect(after.fingerprint).toBe(before.fingerprint);
    await rowsOf(other.url, `REVOKE ALL ON a FROM ${ana}; DROP TABLE b`);
    expect(await findings(manifest())).toEqual([]);
  });

  test('does not change while objects are created and dropped in a reported place', async () => {
    await rig.sql(`CREATE SCHEMA legacy; CREATE TABLE legacy.a (id int); CREATE TABLE legacy.b (id int);
      GRANT SELECT ON ALL TABLES IN SCHEMA legacy TO ${ana}`);
    const before = await checkDatabase(rig.database, graphOf(manifest()));
    await rig.sql(`DROP TABLE legacy.b; SET ROLE ${maker}; CREATE TEMPORARY TABLE t (id int);
      RESET ROLE`);
    const after = await checkDatabase(rig.database, graphOf(manifest()));
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(await findings(manifest())).toEqual([
      'role "ana" has privileges on 1 table in schema "legacy", which the policy does not name',
    ]);
    await rig.sql('DROP TABLE t; DROP SCHEMA legacy CASCADE');
  });
});
