import { z } from 'zod';
import type { Finding } from './finding.ts';
import type { RoleGraph } from './graph.ts';
import type { CatalogQuery, Fact, Live, ObjectKind, PgMajor } from './kind.ts';
import { everyone } from './public.ts';
import { grantableTypes, kinds } from './registry.ts';
import { rightsColumn } from './rights-column.ts';
import { quoteLiteral } from './sql.ts';
import type { ToldRoles } from './told-roles.ts';
import { toldRoles, toldTables } from './told-roles.ts';
import { passwordMarks, storedPasswordsColumn } from './stored-password.ts';

/** Which catalog rows concern a policy. Queries see it as the CTEs `scope_role`, `scope_schema` and so on. */
export interface Scope extends ToldRoles {
  /** Whether the grants of everyone are looked at: role 0, named PUBLIC. */
  readonly public: boolean;
  /** Whether every schema of the database is looked at, the system's excepted. */
  readonly database: boolean;
  readonly roles: readonly string[];
  readonly retired: readonly string[];
  /** Roles with a declared password. */
  readonly passwords: readonly string[];
  readonly schemas: readonly string[];
  /** Who is to own objects where. */
  readonly ownerships: readonly { readonly owner: string; readonly schema: string | undefined }[];
  readonly objects: readonly {
    readonly type: string;
    readonly schema: string | undefined;
    readonly name: string;
    /** What a kind reads out of the name: see `lookup` in object-grant.ts. */
    readonly base?: string;
    readonly arguments?: readonly string[] | undefined;
  }[];
}

/** Live rows, by the kind they belong to. */
export type LiveRows = ReadonlyMap<string, readonly unknown[]>;

export function scopeOf(graph: RoleGraph): Scope {
  const retired = graph.retirements.map(({ role }) => role);
  const roles = rolesIn(graph);
  return {
    public: namesEveryone(graph),
    database: graph.coverage === 'database',
    ...toldRoles(graph, roles),
    roles,
    retired: distinct(retired),
    passwords: distinct(
      graph.roles.filter(({ password }) => password !== undefined).map(({ name }) => name),
    ),
    schemas: distinct([
      ...graph.schemas.map(({ name }) => name),
      ...graph.grants.flatMap(({ object }) => schemaOf(object.type, object.schema, object.name)),
      ...graph.ownerships.flatMap(({ object }) =>
        schemaOf(object.type, object.schema, object.name),
      ),
      ...graph.defaultPrivileges.flatMap(({ schema }) => schema ?? []),
    ]),
    ownerships: distinctOwnerships(graph),
    objects: distinctObjects(graph),
  };
}

function rolesIn(graph: RoleGraph): string[] {
  return distinct([
    ...graph.roles.map(({ name }) => name),
    ...graph.retirements.map(({ role }) => role),
    ...graph.retirements.flatMap(({ reassignOwnedTo }) => reassignOwnedTo ?? []),
    ...graph.grants.map(({ role }) => role),
    ...graph.defaultPrivileges.flatMap(({ owner, grantee }) => [owner, grantee]),
    ...graph.memberships.flatMap(({ role, member }) => [role, member]),
    ...graph.exclusiveGroups,
    ...graph.schemas.flatMap(({ owner }) => owner ?? []),
    ...graph.ownerships.map(({ owner }) => owner),
  ]).filter((name) => name !== everyone);
}

function namesEveryone({ grants, defaultPrivileges }: RoleGraph): boolean {
  return (
    grants.some(({ role }) => role === everyone) ||
    defaultPrivileges.some(({ grantee }) => grantee === everyone)
  );
}

function schemaOf(type: string, schema: string | undefined, name: string): string[] {
  if (schema !== undefined) return [schema];
  return grantableTypes[type]?.isSchema === true ? [name] : [];
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function distinctOwnerships({ ownerships }: RoleGraph): Scope['ownerships'] {
  const byKey = new Map(
    ownerships.map(({ owner, object: { schema } }) => [
      JSON.stringify([owner, schema]),
      { owner, schema },
    ]),
  );
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

function distinctObjects(graph: RoleGraph): Scope['objects'] {
  const named = [...graph.grants, ...graph.ownerships]
    .map(({ object }) => object)
    .filter(({ name }) => name !== '*');
  const byKey = new Map(
    named.map(({ type, schema, name }) => [
      JSON.stringify([type, schema, name]),
      { type, schema, name, ...grantableTypes[type]?.lookup?.(name) },
    ]),
  );
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

/** The scope is written once, since it can be long, and read from there. */
const scopeTables = (literal: string): string => `
given (scope) AS MATERIALIZED (SELECT ${literal}),${tablesFrom('(SELECT g.scope FROM given g)')}`;

const tablesFrom = (scope: string): string => `
scope_role AS MATERIALIZED (
  SELECT r.oid, r.rolname::text AS name
    FROM pg_catalog.pg_roles r
   WHERE r.rolname = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'roles')))
   UNION ALL
  SELECT 0, '${everyone}' WHERE (${scope} -> 'public')::boolean
), scope_retired AS MATERIALIZED (
  SELECT name FROM pg_catalog.jsonb_array_elements_text(${scope} -> 'retired') AS t (name)
), scope_coverage AS MATERIALIZED (
  SELECT (${scope} -> 'database')::boolean AS is_database
), scope_password AS MATERIALIZED (
  SELECT r.oid, r.name
    FROM scope_role r
   WHERE r.name = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'passwords')))
), scope_schema AS MATERIALIZED (
  SELECT n.oid, n.nspname::text AS name, n.nspowner, n.nspacl, n.is_named
    FROM (SELECT s.*, s.nspname::text IN (SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'schemas')) AS is_named
            FROM pg_catalog.pg_namespace s) n
   WHERE n.is_named
      OR (SELECT c.is_database FROM scope_coverage c)
         AND NOT pg_catalog.starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'
),${toldTables(scope)}, scope_brought_along AS MATERIALIZED (
  SELECT d.classid, d.objid
    FROM pg_catalog.pg_depend d
   WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
   UNION ALL
  SELECT d.classid, d.objid
    FROM pg_catalog.pg_depend d
   WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.deptype = 'i'
), scope_connected AS MATERIALIZED (
  SELECT r.rolsuper AS is_superuser FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER
), scope_ownership AS MATERIALIZED (
  SELECT o.owner, o.schema
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'ownerships') AS o (owner text, schema text)
), scope_object AS MATERIALIZED (
  SELECT o.type, o.schema, o.name, o.base, o.arguments
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'objects')
         AS o (type text, schema text, name text, base text, arguments jsonb)
)`;

/** Every query once, though kinds may share it. */
function queries(among: readonly ObjectKind[] = kinds): CatalogQuery[] {
  return [...new Set(among.flatMap(({ inspect }) => inspect ?? []))];
}

function rowsOf(pg: PgMajor, among?: readonly ObjectKind[]): string {
  return queries(among)
    .map((query) => query.sql(pg))
    .join('\n     UNION ALL');
}

const scopeLiteral = (scope: Scope): string => `${quoteLiteral(JSON.stringify(scope))}::jsonb`;

/** Columns by which a server says who it is; one row, in front of what is asked beside it. */
const serverColumns = `
         pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
         pg_catalog.current_database()::text AS database, CURRENT_USER::text AS "user",
         SESSION_USER::text AS login,
         (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) AS superuser,
         pg_catalog.pg_get_userbyid(10) AS bootstrap`;

/** What an inspection asks for beside the rows. */
export interface InspectionOptions {
  /** Whether this connection may read pg_authid. */
  readonly readsPasswords: boolean;
  /** Whether the rows' fingerprint is wanted too. */
  readonly marked: boolean;
}

/** One statement for everything the kinds want to see, and the server's own facts. */
export function inspectionSql(
  pg: PgMajor,
  scope: Scope,
  { readsPasswords, marked }: InspectionOptions,
): string {
  const mark = marked ? hashOf('SELECT r.fact FROM found r', readsPasswords) : 'NULL';
  return `WITH ${scopeTables(scopeLiteral(scope))}, found (fact) AS (${rowsOf(pg)})
  SELECT ${serverColumns}, ${rightsColumn(pg)}, ${storedPasswordsColumn(readsPasswords)},
         ARRAY(SELECT r.fact FROM found r) AS rows, ${mark} AS fingerprint`;
}

/** The same for another database of the server, with the rows of the kinds that look there. */
export function elsewhereSql(pg: PgMajor, scope: Scope): string {
  const looking = kinds.filter(({ elsewhere }) => elsewhere !== undefined);
  return `WITH ${scopeTables(scopeLiteral(scope))}
  SELECT ${serverColumns}, ARRAY(${rowsOf(pg, looking)}) AS rows`;
}

/**
 * The same rows as one hash, which the server computes: the answer's size does not depend on the catalog's.
 */
export function fingerprintSql(pg: PgMajor, scope: Scope, readsPasswords: boolean): string {
  return `WITH ${scopeTables(scopeLiteral(scope))}
  SELECT ${serverColumns}, ${hashOf(rowsOf(pg), readsPasswords)} AS fingerprint`;
}

/** A row that has a `fingerprint` counts as that, and not at all when it is null. */
function hashOf(rows: string, readsPasswords: boolean): string {
  const lines = [rows, ...passwordMarks(readsPasswords)].join('\n     UNION ALL');
  return `
         (SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                   COALESCE(pg_catalog.string_agg(f.line, E'\\n' ORDER BY f.line COLLATE "C"), ''), 'UTF8')), 'hex')
            FROM (SELECT COALESCE(i.fact -> 'fingerprint', i.fact)::text AS line
                    FROM (${lines}) AS i (fact)
                   WHERE i.fact -> 'fingerprint' IS DISTINCT FROM 'null') f)`;
}

/** SELECT of the names, as SQL, of the members of groups. */
export function membersSql(pg: PgMajor, scope: Scope, groups: readonly string[]): string {
  const members = queries().flatMap((query) => query.members?.(pg) ?? []);
  const wanted = `SELECT pg_catalog.jsonb_array_elements_text(${quoteLiteral(JSON.stringify(groups))}::jsonb)`;
  return `WITH ${scopeTables(scopeLiteral(scope))}, wanted_group AS MATERIALIZED (
  ${wanted} AS group_key
)
  SELECT m.group_key, m.name
    FROM (${members.join('\n     UNION ALL')}) m
   ORDER BY 1, 2`;
}

const anyRow = z.looseObject({ kind: z.string() });

/** Sorts rows to their kinds and checks their shape. Throws ZodError when the server said something unknown. */
export function decodeRows(rows: readonly unknown[]): LiveRows {
  const byKind = new Map<string, unknown[]>(kinds.map(({ name }) => [name, []]));
  for (const row of rows) byKind.get(anyRow.parse(row).kind)?.push(row);
  return new Map(
    kinds.map((kind) => [
      kind.name,
      [kind.name, ...(kind.reads ?? [])]
        .flatMap((name) => byKind.get(name) ?? [])
        .map((row) => kind.decode(row)),
    ]),
  );
}

export function observedFacts(rows: LiveRows, live: Live): Fact[] {
  return kinds.flatMap((kind) => kind.observed(rowsFor(kind, rows), live));
}

export function desiredFacts(rows: LiveRows, live: Live): Fact[] {
  return kinds.flatMap((kind) => kind.desired(rowsFor(kind, rows), live));
}

/** Named things the manifest needs and the server lacks, e.g. `schema "etl"`. */
export function missingObjects(rows: LiveRows, live: Live): string[] {
  return [...new Set(kinds.flatMap((kind) => kind.missing?.(rowsFor(kind, rows), live) ?? []))];
}

/** What the manifest wants of the server that only later versions have. */
export function unsupportedWishes(rows: LiveRows, live: Live): string[] {
  return kinds.flatMap((kind) => kind.unsupported?.(live, rowsFor(kind, rows)) ?? []);
}

/** In order, each once. */
export function findingsOf(rows: LiveRows, live: Live): Finding[] {
  const found = kinds.flatMap((kind) => kind.findings?.(rowsFor(kind, rows), live) ?? []);
  const byMessage = new Map(found.map((finding) => [finding.message, finding]));
  return [...byMessage.keys()].sort().flatMap((message) => byMessage.get(message) ?? []);
}

function rowsFor(kind: ObjectKind, rows: LiveRows): readonly unknown[] {
  return rows.get(kind.name) ?? [];
}
