import type { CatalogQuery } from '../catalog/catalog-query.ts';
import type { Inspector } from '../inspector.ts';
import type { PgMajor } from '../live.ts';
import { inspectors } from '../registry.ts';
import { rightsColumn } from '../authority/rights-column.ts';
import { eventTriggersColumn } from './event-triggers.ts';
import type { Scope } from '../catalog/scope.ts';
import { scopeLiteral, scopeTables } from './scope-sql.ts';
import { quoteLiteral } from '../sql.ts';
import { passwordMarks, storedPasswordsColumn } from './stored-password.ts';

/** Every query once, because inspectors can share a query. */
function queries(among: readonly Inspector[] = inspectors): CatalogQuery[] {
  return [...new Set(among.flatMap(({ inspect }) => inspect ?? []))];
}

function rowsOf(pg: PgMajor, scope: Scope, among?: readonly Inspector[]): string {
  return queries(among)
    .filter((query) => query.concerns?.(scope) ?? true)
    .map((query) => query.sql(pg, scope))
    .join('\n     UNION ALL');
}

/** Columns that identify the server and the connection: one row, in front of the other columns. */
const serverColumns = `
         pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
         pg_catalog.current_database()::text AS database, CURRENT_USER::text AS "user",
         SESSION_USER::text AS login,
         (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) AS superuser,
         pg_catalog.pg_get_userbyid(10) AS bootstrap`;

/** What an inspection reads. */
export interface InspectionOptions {
  /** Whether this connection can read pg_authid. */
  readonly readsPasswords: boolean;
  /** Whether to return the rows, the rights of the connected role, the passwords and the event triggers. */
  readonly rows: boolean;
  /** Whether to return a hash of the rows. The server computes it, so its size does not depend on the catalog. */
  readonly fingerprint: boolean;
}

/**
 * A statement that is sent again and again with other values. PostgreSQL plans it once for each connection, if the
 * connection leads straight to a server process.
 */
export interface ReusableStatement {
  /** SQL types of the values. */
  readonly types: readonly string[];
  /** SQL literals. */
  readonly values: readonly string[];
  /** The text with a literal or a parameter, such as `$1`, in the place of each value. */
  text(values: readonly string[]): string;
}

/**
 * One statement for everything the inspectors read, and the server's own facts. Its text depends only on the version,
 * on which inspectors can have rows, and on whether this connection can read pg_authid.
 */
export function inspectionStatement(
  pg: PgMajor,
  scope: Scope,
  { readsPasswords, rows, fingerprint }: InspectionOptions,
): ReusableStatement {
  return {
    types: ['pg_catalog.jsonb', 'boolean', 'boolean'],
    values: [scopeLiteral(scope), String(rows), String(fingerprint)],
    text: ([json = '', isRead = '', isMarked = '']) =>
      `WITH ${scopeTables(pg, scope, json)}, found (fact) AS MATERIALIZED (${rowsOf(pg, scope)})
  SELECT ${serverColumns},
         CASE WHEN ${isRead} THEN ${rightsColumn(pg)} END AS rights,
         CASE WHEN ${isRead} THEN ${storedPasswordsColumn(readsPasswords)} END AS passwords,
         CASE WHEN ${isRead} THEN ${eventTriggersColumn(pg)} END AS triggers,
         CASE WHEN ${isRead} THEN (SELECT COALESCE(json_agg(r.fact), '[]') FROM found r) END AS rows,
         CASE WHEN ${isMarked} THEN ${hashOf('SELECT r.fact FROM found r', readsPasswords)} END AS fingerprint`,
  };
}

/** The same for another database of the server, with only the inspectors that read other databases. */
export function elsewhereSql(pg: PgMajor, scope: Scope): string {
  const looking = inspectors.filter(({ elsewhere }) => elsewhere !== undefined);
  return `WITH ${scopeTables(pg, scope)}
  SELECT ${serverColumns}, ${eventTriggersColumn(pg)} AS triggers,
         (SELECT COALESCE(json_agg(r.fact), '[]') FROM (${rowsOf(pg, scope, looking)}) r (fact)) AS rows`;
}

/** A row with a `fingerprint` is replaced by it. If that is null, the row is left out. */
function hashOf(rows: string, readsPasswords: boolean): string {
  const lines = [rows, ...passwordMarks(readsPasswords)].join('\n     UNION ALL');
  return `
         (SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                   COALESCE(pg_catalog.string_agg(f.line, E'\\n' ORDER BY f.line COLLATE "C"), ''), 'UTF8')), 'hex')
            FROM (SELECT COALESCE(i.fact -> 'fingerprint', i.fact)::text AS line
                    FROM (${lines}) AS i (fact)
                   WHERE (i.fact -> 'fingerprint')::text IS DISTINCT FROM 'null') f)`;
}

/** SELECT of the names, as SQL, of the members of groups. */
export function membersSql(pg: PgMajor, scope: Scope, groups: readonly string[]): string {
  const members = queries().flatMap((query) => query.members?.(pg) ?? []);
  const wanted = `SELECT pg_catalog.jsonb_array_elements_text(${quoteLiteral(JSON.stringify(groups))}::jsonb)`;
  return `WITH ${scopeTables(pg, scope)}, wanted_group AS MATERIALIZED (
  ${wanted} AS group_key
)
  SELECT m.group_key, m.name
    FROM (${members.join('\n     UNION ALL')}) m
   ORDER BY 1, 2`;
}
