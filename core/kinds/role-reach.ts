import { z } from 'zod';
import type { RoleReach, LiveRows } from '../live.ts';
import { type TypeCatalog, catalogsOf, isInSchemas, ownerIn } from './grant/catalogs.ts';
import { grantKinds } from './grant/types/all.ts';
import type { Inspector } from '../inspector.ts';

/** The attributes of a role itself, as the manifest spells them, and the groups it is a member of. */
const row = z.object({
  role: z.string(),
  attributes: z.array(z.enum(['superuser', 'createdb', 'createrole', 'replication', 'bypassrls'])),
  groups: z.array(z.string()),
});

type ReachRow = z.infer<typeof row>;

/** The owners of objects with code that a wildcard would give to another owner. */
const formerOwners = (catalogs: readonly TypeCatalog[]): string =>
  catalogs
    .filter(isInSchemas)
    .filter(({ code }) => code !== undefined)
    .map(
      (catalog) => `
                UNION
               SELECT ${ownerIn(catalog, 'x')}
                 FROM pg_catalog.${catalog.relation} x
                 JOIN scope_schema s ON s.oid = x.${catalog.schema}
                WHERE s.name IN (SELECT a.schema FROM scope_adoption a)`,
    )
    .join('');

/** Roles that could attach code to an object that changes owners. */
const sourcesOfCode = `
                UNION
               SELECT x.oid
                 FROM scope_code h
                CROSS JOIN LATERAL jsonb_array_elements(h.sources) e (source)
                 JOIN pg_catalog.pg_roles x ON x.rolname = e.source ->> 0`;

/** From 16 on, a membership can exist with no option at all. */
const isUseful = `
                 AND (to_jsonb(a) ->> 'inherit_option' IS NULL OR a.admin_option
                      OR (to_jsonb(a) ->> 'inherit_option')::boolean OR (to_jsonb(a) ->> 'set_option')::boolean)`;

/**
 * The roles that each role of a policy can become, directly or indirectly, because their privileges count as its own.
 * Bounds and the checks of code read them; nothing changes them.
 */
export const roleReach: Inspector<ReachRow> = {
  name: 'role_reach',
  inspect: {
    concerns: ({ reach }) => reach,
    sql: (pg) => `
    SELECT json_build_object(
             'kind', 'role_reach', 'role', r.rolname,
             'attributes', (SELECT COALESCE(json_agg(t.name ORDER BY t.name), '[]')
                              FROM (VALUES (r.rolsuper, 'superuser'), (r.rolcreatedb, 'createdb'),
                                           (r.rolcreaterole, 'createrole'), (r.rolreplication, 'replication'),
                                           (r.rolbypassrls, 'bypassrls')) AS t (has, name)
                             WHERE t.has),
             'groups', (SELECT COALESCE(json_agg(DISTINCT g.rolname ORDER BY g.rolname), '[]')
                          FROM pg_catalog.pg_auth_members a
                          JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
                         WHERE a.member = r.oid${isUseful}))
      FROM (WITH RECURSIVE reached (oid) AS (
               SELECT o.oid FROM (SELECT s.oid FROM scope_role s UNION SELECT t.oid FROM scope_session_role t${formerOwners(catalogsOf(grantKinds, pg))}${sourcesOfCode}) o (oid)
                UNION
               SELECT a.roleid
                 FROM reached e
                 JOIN pg_catalog.pg_auth_members a ON a.member = e.oid${isUseful})
            SELECT e.oid FROM reached e) e
      JOIN pg_catalog.pg_roles r ON r.oid = e.oid`,
  },
  decode: (value) => row.parse(value),
};

/** The reach of each role, by role name. */
export function reachIn(rows: LiveRows): RoleReach {
  const found = (rows.get(roleReach.name) ?? []).map((value) => row.parse(value));
  return new Map(found.map((standing) => [standing.role, standing]));
}
