import { firstOrdinaryOid } from './first-ordinary-oid.ts';
import type { RoleGraph } from '../graph.ts';

/** The part of the scope that says whose access outside the policy is reported. */
export interface ReportedRoles {
  /** Roles in scope that are only named or retired. Their access is not reported. */
  readonly unreported: readonly string[];
  /** Declared roles that someone else manages. */
  readonly external: readonly string[];
  /** Declared owners of objects, and the schemas in which they own them. `*` is every schema. */
  readonly makers: readonly { readonly role: string; readonly schemas: readonly string[] }[];
  /** Declared owners of objects outside schemas: databases, foreign servers and so on. */
  readonly owned: readonly {
    readonly role: string;
    readonly type: string;
    readonly name: string;
  }[];
}

export function reportedRoles(graph: RoleGraph, inScope: readonly string[]): ReportedRoles {
  const declared = new Set(graph.roles.map(({ name }) => name));
  return {
    unreported: inScope.filter((name) => !declared.has(name)),
    external: graph.roles.filter(({ external }) => external).map(({ name }) => name),
    makers: makersIn(graph),
    owned: graph.ownerships
      .filter(({ object }) => object.schema === undefined)
      .map(({ owner, object: { type, name } }) => ({ role: owner, type, name })),
  };
}

/** Roles that own a schema, have declared default privileges in it, or are declared owners of objects in it. */
function makersIn({ schemas, defaultPrivileges, ownerships }: RoleGraph): ReportedRoles['makers'] {
  const places = new Map<string, Set<string>>();
  const add = (role: string, schema: string): void => {
    places.set(role, (places.get(role) ?? new Set()).add(schema));
  };
  for (const { name, owner } of schemas) if (owner !== undefined) add(owner, name);
  for (const { owner, schema = '*' } of defaultPrivileges) add(owner, schema);
  for (const { owner, object } of ownerships)
    if (object.schema !== undefined) add(owner, object.schema);
  return [...places].sort().map(([role, names]) => ({ role, schemas: [...names].sort() }));
}

/** The CTEs `scope_reported (oid, name, is_managed)`, `scope_maker (role, schema)`, both OIDs, and `scope_owned`. */
export const reportedTables = (scope: string): string => `
scope_reported AS MATERIALIZED (
  SELECT r.oid, r.name,
         r.name NOT IN (SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'external')) AS is_managed
    FROM scope_role r
   WHERE r.oid >= ${String(firstOrdinaryOid)}
     AND r.name NOT IN (SELECT pg_catalog.jsonb_array_elements_text(${scope} -> 'unreported'))
), scope_maker AS MATERIALIZED (
  SELECT r.oid AS role, n.oid AS schema
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'makers') AS m (role text, schemas jsonb)
    JOIN scope_role r ON r.name = m.role
   CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(m.schemas) AS s (name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = s.name
   UNION ALL
  SELECT r.oid, n.oid
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'makers') AS m (role text, schemas jsonb)
    JOIN scope_role r ON r.name = m.role
   CROSS JOIN pg_catalog.pg_namespace n
   WHERE m.schemas ? '*'
), scope_owned AS MATERIALIZED (
  SELECT o.role, o.type, o.name
    FROM pg_catalog.jsonb_to_recordset(${scope} -> 'owned') AS o (role text, type text, name text)
)`;
