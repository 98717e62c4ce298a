import pg from 'pg';
import { parse } from 'yaml';

/**
 * Every text field of the manifest, with a unique text for each thing that it names. A test replaces one text by
 * another. The things exist under their current names: see `setupSql`.
 */
export const manifest: unknown = parse(`
auth_providers: [{ type: rds_iam }]
role_pattern: 'of-{profile}'
default_owner: boss
profiles:
  reading:
    config: { application_name: 'in {schema}' }
    grants:
      - { privileges: [SELECT], object: { type: table, name: t } }
      - { privileges: [UPDATE], object: { type: table, name: t, columns: [c] } }
    default_privileges: [{ privileges: [SELECT], on_type: table }]
  using:
    grants: [{ privileges: [USAGE], object: { type: schema } }]
schemas:
  - { name: app, owner: boss, profiles: [reading], role_pattern: 'in-{profile}' }
  - { name: fresh, profiles: [using] }
roles:
  - name: boss
    comment: A remark
  - name: ana
    login: true
    password: { from_env: ANA }
    password_valid_until: '2031-01-01T00:00:00Z'
    config: { application_name: named, search_path: somewhere }
    database_config: { application_name: 'named here' }
  - { name: ben, login: true, password: { secretRef: { name: secret }, secretKey: key } }
  - { name: cara, login: true, password: { generate: { secretName: made, secretKey: clear } } }
grants:
  - { role: ana, privileges: [SELECT], object: { type: table, schema: app, name: t } }
  - { role: ana, privileges: [INSERT], object: { type: table, schema: app, name: t, columns: [c] } }
  - { role: ana, privileges: [SELECT], on: { type: view, schema: app, name: v } }
  - { role: ana, privileges: [SELECT], on: { type: view, schema: app, name: v, columns: [c] } }
  - { role: ben, privileges: [EXECUTE], object: { type: function, schema: app, name: f(integer) } }
  - { role: ben, privileges: [USAGE], object: { type: type, schema: app, name: y } }
  - { role: ben, privileges: [USAGE], object: { type: sequence, schema: app, name: s } }
  - { role: ben, privileges: [CONNECT], object: { type: database, name: corpus } }
default_privileges:
  - { owner: boss, schema: app, grant: [{ role: ana, privileges: [SELECT], on_type: table }] }
  - { owners: [ben], scope: { type: schema, schema: app }, grant: [{ role: ana, privileges: [USAGE], on_type: type }] }
memberships: [{ role: boss, members: [{ name: ben }] }]
ownership: [{ owner: boss, object: { type: table, schema: app, name: t } }]
retirements: [{ role: former, reassign_owned_to: boss, drop_owned: true }]
`);

/** The name of a thing of the manifest in the database. */
export type Renamed = (name: string) => string;

/** The things in the manifest, under their names in the database, and a canary that the manifest does not mention. */
export function setupSql(renamed: Renamed): string {
  const name = (text: string): string => pg.escapeIdentifier(renamed(text));
  const app = name('app');
  return `
CREATE ROLE evil;
CREATE SCHEMA canary;
CREATE TABLE canary.alive AS SELECT 1 AS id;
CREATE ROLE ${name('former')};
CREATE SCHEMA ${app};
CREATE TABLE ${app}.${name('t')} (${name('c')} int, id int);
CREATE VIEW ${app}.${name('v')} AS SELECT 1 AS ${name('c')};
CREATE SEQUENCE ${app}.${name('s')};
CREATE TYPE ${app}.${name('y')} AS ENUM ('one');
CREATE FUNCTION ${app}.${renamed('f(integer)') === 'f(integer)' ? 'f' : name('f(integer)')}(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.format(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'GRANT pg_read_all_data TO evil'::text $$;
CREATE FUNCTION hostile.quote_ident(text) RETURNS text LANGUAGE sql AS $$ SELECT 'evil'::text $$;
CREATE VIEW hostile.pg_roles AS SELECT 'evil'::name AS rolname;
ALTER ROLE postgres IN DATABASE corpus SET standard_conforming_strings = off;
ALTER ROLE postgres IN DATABASE corpus SET backslash_quote = off;
ALTER ROLE postgres IN DATABASE corpus SET search_path = hostile, ${app}, canary, pg_catalog;`;
}

/** Every object and every role with access to it: `what`, `name` and `role`. */
export const stateSql = `
SELECT 'role' AS what, '' AS name, r.rolname::text AS role FROM pg_catalog.pg_roles r
 UNION ALL
SELECT 'superuser', '', r.rolname FROM pg_catalog.pg_roles r WHERE r.rolsuper
 UNION ALL
SELECT 'schema', n.nspname, '' FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_'
 UNION ALL
SELECT 'relation', c.oid::text, '' FROM pg_catalog.pg_class c WHERE c.oid > 16383 AND c.relnamespace > 16383
 UNION ALL
SELECT 'routine', p.oid::text, '' FROM pg_catalog.pg_proc p WHERE p.oid > 16383
 UNION ALL
SELECT 'member', g.rolname, m.rolname FROM pg_catalog.pg_auth_members a
  JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
 UNION ALL
SELECT CASE d.deptype WHEN 'o' THEN 'owned' ELSE 'grant' END, d.classid || ' ' || d.objid || ' ' || d.objsubid,
       pg_catalog.pg_get_userbyid(d.refobjid)
  FROM pg_catalog.pg_shdepend d
  JOIN pg_catalog.pg_database b ON b.datname = pg_catalog.current_database() AND d.dbid IN (0, b.oid)
 WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
 UNION ALL
SELECT 'setting', s.setdatabase || s.setconfig::text, pg_catalog.pg_get_userbyid(s.setrole) FROM pg_catalog.pg_db_role_setting s
 UNION ALL
SELECT 'row', a.id::text, '' FROM canary.alive a`;
