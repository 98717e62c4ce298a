import { aclJson, groupKey } from '../acl.ts';
import { grantKind } from './object-grant.ts';

const keyOf = (schema: string): string => groupKey("'type'", schema, 't.typowner', 't.typacl');

/** Types people make: no row types of tables, no arrays, no multiranges; those follow another type's privileges. */
const isOwnType = `t.typtype IN ('b', 'c', 'd', 'e', 'r')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
               AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`;

export const typeGrant = grantKind({
  type: 'type',
  keyword: 'TYPE',
  plural: 'types',
  privileges: ['USAGE'],
  defaults: { keyword: 'TYPES', letter: 'T' },
  inspect: {
    sql: () => `
    SELECT jsonb_build_object(
             'kind', 'type_grant', 'schema', t.schema, 'name', t.name,
             'sql', pg_catalog.quote_ident(t.schema) || '.' || pg_catalog.quote_ident(t.name),
             'group', CASE WHEN t.name IS NULL THEN ${keyOf('t.schema')} END,
             'owner', pg_catalog.pg_get_userbyid(t.typowner), 'count', t.count,
             'acl', ${aclJson('t.typacl', 't.typowner', 'T')})
      FROM (SELECT s.name AS schema, o.name, t.typnamespace, t.typowner, t.typacl, count(*) AS count
              FROM pg_catalog.pg_type t
              JOIN scope_schema s ON s.oid = t.typnamespace
              LEFT JOIN scope_object o ON o.schema = s.name AND o.name = t.typname AND o.type = 'type'
             WHERE ${isOwnType}
             GROUP BY 1, 2, 3, 4, 5) t`,
    members: () => `
    SELECT ${keyOf('s.name')} AS group_key, pg_catalog.format('%I.%I', s.name, t.typname) AS name
      FROM pg_catalog.pg_type t
      JOIN scope_schema s ON s.oid = t.typnamespace
      LEFT JOIN scope_object o ON o.schema = s.name AND o.name = t.typname AND o.type = 'type'
     WHERE ${isOwnType} AND o.name IS NULL AND ${keyOf('s.name')} IN (SELECT w.group_key FROM wanted_group w)`,
  },
});
