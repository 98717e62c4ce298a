import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, groupKey, isOwn } from '../../../acl.ts';
import type { CatalogQuery } from '../../../catalog/catalog-query.ts';
import type { BelongingSql, ObjectCatalog } from '../object-catalog.ts';
import { grantKind } from '../object-grant.ts';
import { firstOf } from '../../code/owner-code.ts';
import { isGrantableRelation, relationType } from '../../../catalog/relation-kinds.ts';

/** Every grantable relation except members of extensions that no rule `o` names. */
const isMeant = `${isGrantableRelation('c')} AND (o.name IS NOT NULL OR ${isOwn('pg_class', 'c.oid')})`;

/** Plain, partitioned and foreign tables are one type, so that they share groups. */
const alikeKind = `CASE WHEN c.relkind IN ('p', 'f') THEN 'r' ELSE c.relkind END AS relkind`;

/** The type's letter in acldefault(). */
const letter = `(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char"`;

/** JOIN of `h` for a relation: whether only a wildcard would give its code to another owner, and which roles could add code. */
export const relationCodeOf = (relation: string): string =>
  `scope_code h ON h.oid = ${relation} AND h.is_adopted`;

/** `follows` is SQL for what a sequence belongs to. Relations with code to adopt are in groups of their own. */
const keyOf = (schema: string, relation: string, follows: string, found: string): string =>
  groupKey(
    `jsonb_build_array(CASE WHEN ${found}.code THEN 'code of ' ELSE '' END || ${relationType(relation)}, ${follows}, ${found}.sources)`,
    schema,
    `${relation}.relowner`,
    `${relation}.relacl`,
  );

/** SQL for the key of the group that contains a relation with columns; null if a rule names the relation. */
export const relationGroup = (schema: string, relation: string): string => `
             CASE WHEN NOT EXISTS (SELECT FROM scope_object n
                                    WHERE n.schema = ${schema} AND n.name = ${relation}.relname AND n.type = ${relationType(relation)})
                  THEN ${keyOf(schema, relation, 'NULL::jsonb', 'h')} END`;

/** Sequences of serial and identity columns have the owner of their table. Read only if the policy has ownership rules. */
const followers = `
                SELECT d.objid AS oid, t.oid AS table_oid,
                       jsonb_build_object('type', ${relationType('t')}, 'name', n.name) AS follows
                  FROM pg_catalog.pg_depend d
                  JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S'
                  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                  JOIN scope_schema w ON w.oid = t.relnamespace
                  LEFT JOIN scope_object n ON n.schema = w.name AND n.name = t.relname AND n.type = ${relationType('t')}
                 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
                   AND d.refobjsubid <> 0 AND d.deptype IN ('a', 'i') AND EXISTS (SELECT FROM scope_ownership)`;

/** A column's sequence gets the owner of its table. */
const codeOfWhole = relationCodeOf('COALESCE(f.table_oid, c.oid)');
const isCode = 'COALESCE(h.code, false)';

/** One query for the four relation types. Relations that no rule names come as groups, with a count. */
const relations: CatalogQuery = {
  sql: () => `
    SELECT json_build_object(
             'kind', ${relationType('c')} || '_grant', 'schema', c.schema, 'name', c.name,
             'sql', pg_catalog.quote_ident(c.schema) || '.' || pg_catalog.quote_ident(c.name),
             'group', CASE WHEN c.name IS NULL THEN ${keyOf('c.schema', 'c', 'c.follows', 'c')} END,
             'code', c.code, 'sources', c.sources, 'codeNames', ${firstOf('c.code_names')},
             'owner', ${roleName('c.relowner')}, 'count', c.count,
             'follows', c.follows,
             'acl', ${aclJson('c.relacl', 'c.relowner', letter, 'c.schema')})
      FROM (SELECT s.name AS schema, o.name, c.relnamespace, ${alikeKind}, c.relowner, c.relacl,
                   f.follows, count(*) AS count, ${isCode} AS code, h.sources,
                   pg_catalog.array_agg(pg_catalog.format('%I.%I', s.name, c.relname))
                     FILTER (WHERE h.oid IS NOT NULL) AS code_names
              FROM pg_catalog.pg_class c
              JOIN scope_schema s ON s.oid = c.relnamespace
              LEFT JOIN scope_object o ON o.schema = s.name AND o.name = c.relname AND o.type = ${relationType('c')}
              LEFT JOIN (${followers}) f ON f.oid = c.oid
              LEFT JOIN ${codeOfWhole}
             WHERE ${isMeant}
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 9, 10) c
     UNION ALL
    SELECT json_build_object(
             'kind', o.type || '_grant', 'schema', s.name, 'name', o.name, 'subtype', o.type, 'sql', NULL, 'group', NULL,
             'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is a ' || ${relationType('c')} || ': declare it with type ' || ${relationType('c')})
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = o.name AND ${isGrantableRelation('c')}
     WHERE o.type IN ('table', 'view', 'materialized_view', 'sequence') AND o.type <> ${relationType('c')}`,
  members: () => `
    SELECT ${keyOf('s.name', 'c', 'f.follows', 'h')} AS group_key, pg_catalog.format('%I.%I', s.name, c.relname) AS name
      FROM pg_catalog.pg_class c
      JOIN scope_schema s ON s.oid = c.relnamespace
      LEFT JOIN scope_object o ON o.schema = s.name AND o.name = c.relname AND o.type = ${relationType('c')}
      LEFT JOIN (${followers}) f ON f.oid = c.oid
      LEFT JOIN ${codeOfWhole}
     WHERE ${isMeant} AND o.name IS NULL AND ${keyOf('s.name', 'c', 'f.follows', 'h')} IN (SELECT w.group_key FROM wanted_group w)`,
};

/** A rule names a column `"table"."column"`. */
const hasNamedColumns = `
                       EXISTS (SELECT FROM scope_object n
                                WHERE n.type = 'column' AND n.schema = s.name
                                  AND pg_catalog.starts_with(n.name, '"' || pg_catalog.replace(x.relname, '"', '""') || '".'))`;

/** The sequence of a column has the owner of its table. */
const belonging: BelongingSql = {
  type: relationType('x'),
  schema: 's.name',
  name: 'o.name',
  follows: 'f.whole',
  columns: hasNamedColumns,
  code: 'COALESCE(h.code, false)',
  sources: 'h.sources',
  rest: `
                  JOIN scope_schema s ON s.oid = x.relnamespace
                  LEFT JOIN scope_object o ON o.schema = s.name AND o.name = x.relname AND o.type = ${relationType('x')}
                  LEFT JOIN (
                    SELECT p.objid, jsonb_build_object('type', ${relationType('t')}, 'name', n.name) AS whole,
                           t.oid AS table_oid
                      FROM pg_catalog.pg_depend p
                      JOIN pg_catalog.pg_class t ON t.oid = p.refobjid
                      JOIN scope_schema w ON w.oid = t.relnamespace
                      LEFT JOIN scope_object n ON n.schema = w.name AND n.name = t.relname AND n.type = ${relationType('t')}
                     WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
                       AND p.refobjsubid <> 0 AND p.deptype IN ('a', 'i')) f ON f.objid = x.oid AND x.relkind = 'S'
                  LEFT JOIN scope_code h ON h.oid = COALESCE(f.table_oid, x.oid)
                 WHERE ${isGrantableRelation('x')} AND (o.name IS NOT NULL OR ${isOwn('pg_class', 'x.oid')})`,
};

export const relationCatalog: ObjectCatalog = {
  relation: 'pg_class',
  name: 'relname',
  owner: 'relowner',
  acl: 'relacl',
  schema: 'relnamespace',
  code: 'pg_class',
  isReassignedFreely: true,
  holdsData: (row) => `${row}.relkind IN ('r', 'p', 'm', 'S')`,
  word: (row) =>
    `CASE ${row}.relkind WHEN 'f' THEN 'foreign table' ELSE pg_catalog.replace(${relationType(row)}, '_', ' ') END`,
  isObject: isGrantableRelation,
  belonging,
};

const tablePrivileges = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
  'MAINTAIN',
];

const privilegesSince = { MAINTAIN: 17 };

export const table = grantKind({
  type: 'table',
  keyword: 'TABLE',
  plural: 'tables',
  hasColumns: true,
  ownerKeyword: 'TABLE',
  privileges: tablePrivileges,
  privilegesSince,
  catalog: relationCatalog,
  inspect: relations,
  defaults: { keyword: 'TABLES', letter: 'r' },
});

export const view = grantKind({
  type: 'view',
  keyword: 'TABLE',
  plural: 'views',
  hasColumns: true,
  ownerKeyword: 'VIEW',
  privileges: tablePrivileges,
  privilegesSince,
  catalog: relationCatalog,
  inspect: relations,
});

export const materializedView = grantKind({
  type: 'materialized_view',
  keyword: 'TABLE',
  plural: 'materialized views',
  hasColumns: true,
  ownerKeyword: 'MATERIALIZED VIEW',
  privileges: tablePrivileges,
  privilegesSince,
  catalog: relationCatalog,
  inspect: relations,
});

export const sequence = grantKind({
  type: 'sequence',
  keyword: 'SEQUENCE',
  plural: 'sequences',
  ownerKeyword: 'SEQUENCE',
  hasNoCode: true,
  privileges: ['USAGE', 'SELECT', 'UPDATE'],
  catalog: relationCatalog,
  inspect: relations,
  defaults: { keyword: 'SEQUENCES', letter: 'S' },
});
