import { randomInt } from 'node:crypto';

const schema = (): string => pick(['app', 'other']);
const name = (prefix: string): string => `${prefix}${String(randomInt(4))}`;
const object = (prefix: string): string => `${schema()}.${name(prefix)}`;

function pick<T>(list: readonly T[]): T {
  const found = list[randomInt(list.length)];
  if (found === undefined) throw new RangeError('an empty list');
  return found;
}

/** On objects of every kind that policies grant on. */
const objects: readonly (() => string)[] = [
  () => `CREATE TABLE ${object('t')} (i int, j text, k int GENERATED ALWAYS AS IDENTITY)`,
  () => `DROP TABLE IF EXISTS ${object('t')} CASCADE`,
  () => `ALTER TABLE ${object('t')} RENAME TO ${name('t')}`,
  () => `ALTER TABLE ${object('t')} RENAME COLUMN i TO z`,
  () => `ALTER TABLE ${object('t')} DROP COLUMN j`,
  () => `ALTER TABLE ${object('t')} SET SCHEMA ${schema()}`,
  () => `CREATE VIEW ${object('t')} AS SELECT 1 AS i`,
  () => `DROP VIEW IF EXISTS ${object('t')}`,
  () => `CREATE MATERIALIZED VIEW ${object('m')} AS SELECT 1 AS i`,
  () => `DROP MATERIALIZED VIEW IF EXISTS ${object('m')}`,
  () => `CREATE SEQUENCE ${object('q')}`,
  () => `DROP SEQUENCE IF EXISTS ${object('q')}`,
  () => `ALTER SEQUENCE ${object('q')} RENAME TO ${name('q')}`,
  () => `CREATE TYPE ${object('y')} AS ENUM ('a')`,
  () => `CREATE TYPE ${object('y')} AS (a int)`,
  () => `CREATE DOMAIN ${object('y')} AS int`,
  () => `DROP TYPE IF EXISTS ${object('y')} CASCADE`,
  () => `DROP DOMAIN IF EXISTS ${object('y')} CASCADE`,
  () => `ALTER TYPE ${object('y')} RENAME TO ${name('y')}`,
  () => `CREATE FUNCTION ${object('f')}(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  () => `CREATE FUNCTION ${object('f')}(a ${object('y')}) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  () => `CREATE FUNCTION ${object('f')}(a ${object('y')}[]) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  () => `CREATE PROCEDURE ${object('f')}(a int) LANGUAGE sql AS 'SELECT 1'`,
  () => `DROP ROUTINE IF EXISTS ${object('f')}(int)`,
  () => `DROP ROUTINE IF EXISTS ${object('f')}(${object('y')})`,
  () => `ALTER ROUTINE ${object('f')}(int) RENAME TO ${name('f')}`,
  () => 'CREATE SCHEMA passing; CREATE TABLE passing.t (i int)',
  () => 'ALTER SCHEMA passing RENAME TO passed',
  () => `DROP SCHEMA IF EXISTS ${pick(['passing', 'passed'])} CASCADE`,
  () => 'ALTER SCHEMA app RENAME TO moved; ALTER SCHEMA moved RENAME TO app',
  () => `CREATE SERVER ${name('s')} FOREIGN DATA WRAPPER postgres_fdw`,
  () => `ALTER SERVER ${name('s')} RENAME TO ${name('s')}`,
  () => `DROP SERVER IF EXISTS ${name('s')} CASCADE`,
  () => `SELECT lo_create(470${String(randomInt(3))})`,
  () => `SELECT lo_unlink(470${String(randomInt(3))})`,
];

/** On what roles have. */
const access: readonly ((role: string) => string)[] = [
  (role) => `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema()} TO ${role}`,
  (role) => `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema()} FROM ${role}`,
  (role) => `GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${schema()} TO ${role}`,
  (role) => `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema()} TO ${role}`,
  (role) => `GRANT USAGE ON TYPE ${object('y')} TO ${role}`,
  (role) => `GRANT SELECT (i) ON ${object('t')} TO ${role}`,
  (role) => `GRANT USAGE ON SCHEMA passing TO ${role}`,
  (role) => `GRANT USAGE ON FOREIGN SERVER ${name('s')} TO ${role}`,
  (role) => `GRANT SELECT ON LARGE OBJECT 470${String(randomInt(3))} TO ${role}`,
  (role) => `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema()} GRANT SELECT ON TABLES TO ${role}`,
  (role) => `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema()} REVOKE SELECT ON TABLES FROM ${role}`,
];

/** On roles. */
const comings: readonly ((role: string, other: string) => string)[] = [
  (role) => `CREATE ROLE ${role}`,
  (role) => `DROP ROLE IF EXISTS ${role}`,
  (role) => `DROP OWNED BY ${role}`,
  (role, other) => `ALTER ROLE ${role} RENAME TO ${other}`,
  (role, other) => `GRANT ${role} TO ${other}`,
];

/** Statements that create, drop and rename objects in schemas `app` and `other`, one after the other. */
export function disturbances(roles: readonly string[], passing: readonly string[]): () => string {
  const kinds = [
    () => pick(objects)(),
    () => pick(objects)(),
    () => pick(access)(pick(roles)),
    () => pick(comings)(pick(passing), pick(passing)),
  ];
  return () => pick(kinds)();
}
