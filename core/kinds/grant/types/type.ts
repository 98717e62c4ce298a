import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, groupKey, isOwn } from '../../../acl.ts';
import type { Scope } from '../../../catalog/scope.ts';
import { dependentObjects } from '../../../catalog/dependencies.ts';
import { grantKind } from '../object-grant.ts';

const typeWord = (type: string): string =>
  `(CASE ${type}.typtype WHEN 'd' THEN 'domain' ELSE 'type' END)`;

const subtype = typeWord('t');

const keyOf = (schema: string): string => groupKey(subtype, schema, 't.typowner', 't.typacl');

/**
 * Types with privileges of their own: not the row types of tables, arrays and multiranges, which have those of another type.
 * A database has several of these for each table, so the condition reads no other row for each.
 */
const isOwnType = (type: string): string => `${type}.typtype IN ('b', 'c', 'd', 'e', 'r')
               AND NOT (${type}.typelem <> 0 AND ${type}.typsubscript = 'pg_catalog.array_subscript_handler'::regproc)
               AND (${type}.typrelid = 0
                    OR ${type}.typrelid IN (SELECT k.oid FROM pg_catalog.pg_class k WHERE k.relkind = 'c'))`;

/**
 * If no rule is about types, the query reads only types that can have an entry of a role in scope, because reading all is
 * slow with many tables. For roles that come with PostgreSQL it has to read every ACL.
 */
const areConcerned = `t.oid IN (${dependentObjects('pg_type')}
                   UNION
                  SELECT y.oid FROM pg_catalog.pg_type y
                   WHERE y.typacl IS NOT NULL AND EXISTS (SELECT FROM scope_role r WHERE r.oid BETWEEN 1 AND 16383))`;

function speaksOfTypes(scope: Scope): boolean {
  return scope.types.includes('type') || scope.types.includes('domain');
}

/** Every type that rules can mean, with its name if a rule names it, by whichever word for the type. */
const types = (among = 'true'): string => `pg_catalog.pg_type t
              JOIN scope_schema s ON s.oid = t.typnamespace
              LEFT JOIN (SELECT DISTINCT n.schema, n.name FROM scope_object n WHERE n.type IN ('type', 'domain')) o
                ON o.schema = s.name AND o.name = t.typname
             WHERE ${isOwnType('t')} AND ${among}
               AND (o.name IS NOT NULL OR ${isOwn('pg_type', 't.oid')})`;

export const typeGrant = grantKind({
  type: 'type',
  words: { type: ['type', 'domain'], domain: ['domain'] },
  keyword: 'TYPE',
  plural: 'types',
  ownerKeyword: 'TYPE',
  subtypes: { domain: { keyword: 'TYPE', plural: 'domains' } },
  privileges: ['USAGE'],
  everyone: ['USAGE'],
  defaults: { keyword: 'TYPES', letter: 'T' },
  catalog: {
    relation: 'pg_type',
    name: 'typname',
    owner: 'typowner',
    acl: 'typacl',
    schema: 'typnamespace',
    word: typeWord,
    isObject: isOwnType,
    isFoundByRole: true,
    isReassignedFreely: true,
    // A rule that names a range also covers its multirange.
    belonging: {
      schema: 's.name',
      name: 'o.name',
      subtype: typeWord('x'),
      rest: `
                  LEFT JOIN pg_catalog.pg_range g ON g.rngmultitypid = x.oid
                  JOIN pg_catalog.pg_type y ON y.oid = COALESCE(g.rngtypid, x.oid)
                  JOIN scope_schema s ON s.oid = y.typnamespace
                  LEFT JOIN (SELECT DISTINCT n.schema, n.name FROM scope_object n WHERE n.type IN ('type', 'domain')) o
                    ON o.schema = s.name AND o.name = y.typname
                 WHERE (o.name IS NOT NULL OR ${isOwn('pg_type', 'x.oid')})`,
    },
  },
  inspect: {
    sql: (_pg, scope) => `
    SELECT json_build_object(
             'kind', 'type_grant', 'schema', t.schema, 'name', t.name, 'subtype', ${subtype},
             'sql', pg_catalog.quote_ident(t.schema) || '.' || pg_catalog.quote_ident(t.name),
             'group', CASE WHEN t.name IS NULL THEN ${keyOf('t.schema')} END,
             'owner', ${roleName('t.typowner')}, 'count', t.count,
             'acl', ${aclJson('t.typacl', 't.typowner', "'T'", 't.schema')})
      FROM (SELECT s.name AS schema, o.name, t.typowner, t.typacl,
                   CASE t.typtype WHEN 'd' THEN 'd' ELSE 'b' END AS typtype, count(*) AS count
              FROM ${types(speaksOfTypes(scope) ? 'true' : areConcerned)}
             GROUP BY 1, 2, 3, 4, 5) t
     UNION ALL
    SELECT json_build_object(
             'kind', 'type_grant', 'schema', o.schema, 'name', o.name, 'subtype', 'domain', 'sql', NULL, 'group', NULL,
             'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is a type: declare it with type type')
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_type t ON t.typnamespace = s.oid AND t.typname = o.name
     WHERE o.type = 'domain' AND t.typtype <> 'd' AND ${isOwnType('t')}
     UNION ALL
    SELECT json_build_object(
             'kind', 'type_grant', 'schema', o.schema, 'name', o.name, 'subtype', 'type', 'sql', NULL, 'group', NULL,
             'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is a multirange, which has the privileges of its range: declare type '
                     || pg_catalog.quote_ident(y.typname))
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_type t ON t.typnamespace = s.oid AND t.typname = o.name
      JOIN pg_catalog.pg_range g ON g.rngmultitypid = t.oid
      JOIN pg_catalog.pg_type y ON y.oid = g.rngtypid
     WHERE o.type IN ('type', 'domain')`,
    members: () => `
    SELECT ${keyOf('s.name')} AS group_key, pg_catalog.format('%I.%I', s.name, t.typname) AS name
      FROM ${types()}
       AND o.name IS NULL AND ${keyOf('s.name')} IN (SELECT w.group_key FROM wanted_group w)`,
  },
});
