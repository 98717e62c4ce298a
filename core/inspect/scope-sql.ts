import { everyone } from '../public.ts';
import { dependencyTable } from '../catalog/dependencies.ts';
import type { Scope } from '../catalog/scope.ts';
import type { PgMajor } from '../live.ts';
import { quoteLiteral } from '../sql.ts';
import { classesReadWhole } from '../kinds/grant/catalogs.ts';
import { grantKinds } from '../kinds/grant/types/all.ts';
import { noRelationCode, relationCode, scopeCandidates } from '../kinds/code/relation-code.ts';
import { reportedTables } from '../catalog/reported-roles.ts';

/**
 * The CTEs of a scope: `scope_role`, `scope_schema` and so on. The scope can be long, so the statement contains it
 * once: as a literal, or as a parameter.
 */
export const scopeTables = (pg: PgMajor, scope: Scope, json = scopeLiteral(scope)): string => `
given (scope) AS MATERIALIZED (SELECT ${json}),${tablesFrom(
  '(SELECT g.scope FROM given g)',
  dependencyTable(classesReadWhole(grantKinds, pg)),
  codeTables(scope),
)}`;

export const scopeLiteral = (scope: Scope): string =>
  `${quoteLiteral(JSON.stringify(scope))}::jsonb`;

/** Code matters only if objects change owners. Otherwise PostgreSQL need not plan the search for it. */
function codeTables({ adoptions, passedOn }: Scope): string {
  return adoptions.length + passedOn.length === 0
    ? noRelationCode('scope_code')
    : relationCode('scope_code', scopeCandidates);
}

const tablesFrom = (scope: string, dependencies: string, codes: string): string => `
scope_role AS MATERIALIZED (
  SELECT r.oid, r.rolname::text AS name
    FROM pg_catalog.pg_roles r
   WHERE r.rolname = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'roles')))
   UNION ALL
  SELECT 0, '${everyone}' WHERE (${scope} -> 'public')::boolean
), scope_session_role AS MATERIALIZED (
  SELECT r.oid
    FROM pg_catalog.pg_roles r
   WHERE r.rolname = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'sessionRoles')))
), scope_retired AS MATERIALIZED (
  SELECT t.role AS name, t.heir
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'retired') AS t (role text, heir text)
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
),${reportedTables(scope)},${dependencies}, scope_brought_along AS MATERIALIZED (
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
), scope_adoption AS MATERIALIZED (
  SELECT o.owner, o.schema, o.type
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'adoptions') AS o (owner text, schema text, type text)
), scope_passed_on AS MATERIALIZED (
  SELECT name FROM pg_catalog.jsonb_array_elements_text(${scope} -> 'passedOn') AS t (name)
), ${codes}, ${objectTables(scope)}`;

/** The objects that rules name. */
const objectTables = (scope: string): string => `scope_absence AS MATERIALIZED (
  SELECT o.role, o.schema, o.name
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'absences') AS o (role text, schema text, name text)
), scope_object AS MATERIALIZED (
  SELECT o.type, o.schema, o.name, o.base, o.arguments
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'objects')
         AS o (type text, schema text, name text, base text, arguments jsonb)
)`;
