import { aclJson, groupKey } from '../acl.ts';
import type { CatalogQuery } from '../kind.ts';
import { grantKind } from './object-grant.ts';

const kindOf = (relation: string): string => `
             CASE ${relation}.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
                                      WHEN 'S' THEN 'sequence' ELSE 'table' END`;

/** Tables, partitioned and foreign ones too, views, materialized views, sequences. */
const kinds = `('r', 'p', 'f', 'v', 'm', 'S')`;

const keyOf = (schema: string, relation: string): string =>
  groupKey(kindOf(relation), schema, `${relation}.relowner`, `${relation}.relacl`);

/** One read for the four relation types: relations that no rule names come as groups, with a count. */
const relations: CatalogQuery = {
  sql: () => `
    SELECT jsonb_build_object(
             'kind', ${kindOf('c')} || '_grant', 'schema', c.schema, 'name', c.name,
             'sql', pg_catalog.quote_ident(c.schema) || '.' || pg_catalog.quote_ident(c.name),
             'group', CASE WHEN c.name IS NULL THEN ${keyOf('c.schema', 'c')} END,
             'owner', pg_catalog.pg_get_userbyid(c.relowner), 'count', c.count,
             'acl', ${aclJson('c.relacl', 'c.relowner', 'r')})
      FROM (SELECT s.name AS schema, o.name, c.relnamespace, c.relkind, c.relowner, c.relacl, count(*) AS count
              FROM pg_catalog.pg_class c
              JOIN scope_schema s ON s.oid = c.relnamespace
              LEFT JOIN scope_object o ON o.schema = s.name AND o.name = c.relname AND o.type = ${kindOf('c')}
             WHERE c.relkind IN ${kinds}
             GROUP BY 1, 2, 3, 4, 5, 6) c
     UNION ALL
    SELECT jsonb_build_object(
             'kind', o.type || '_grant', 'schema', s.name, 'name', o.name, 'sql', NULL, 'group', NULL,
             'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is a ' || ${kindOf('c')} || ': declare it with type ' || ${kindOf('c')})
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = o.name AND c.relkind IN ${kinds}
     WHERE o.type IN ('table', 'view', 'materialized_view', 'sequence') AND o.type <> ${kindOf('c')}`,
  members: () => `
    SELECT ${keyOf('s.name', 'c')} AS group_key, pg_catalog.format('%I.%I', s.name, c.relname) AS name
      FROM pg_catalog.pg_class c
      JOIN scope_schema s ON s.oid = c.relnamespace
      LEFT JOIN scope_object o ON o.schema = s.name AND o.name = c.relname AND o.type = ${kindOf('c')}
     WHERE c.relkind IN ${kinds} AND o.name IS NULL AND ${keyOf('s.name', 'c')} IN (SELECT w.group_key FROM wanted_group w)`,
};

const tablePrivileges = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
];

export const table = grantKind({
  type: 'table',
  keyword: 'TABLE',
  plural: 'tables',
  privileges: tablePrivileges,
  inspect: relations,
  defaults: { keyword: 'TABLES', letter: 'r' },
});

export const view = grantKind({
  type: 'view',
  keyword: 'TABLE',
  plural: 'views',
  privileges: tablePrivileges,
  inspect: relations,
});

export const materializedView = grantKind({
  type: 'materialized_view',
  keyword: 'TABLE',
  plural: 'materialized views',
  privileges: tablePrivileges,
  inspect: relations,
});

export const sequence = grantKind({
  type: 'sequence',
  keyword: 'SEQUENCE',
  plural: 'sequences',
  privileges: ['USAGE', 'SELECT', 'UPDATE'],
  inspect: relations,
  defaults: { keyword: 'SEQUENCES', letter: 'S' },
});
