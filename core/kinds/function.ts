import { aclJson } from '../acl.ts';
import { grantKind } from './object-grant.ts';

const groupKey =
  "pg_catalog.md5(pg_catalog.concat_ws('/', 'function', p.pronamespace, p.proowner, p.proacl::text))";

/**
 * Functions that rules name, each with the one it means: by its identity arguments as PostgreSQL prints them, else
 * by its argument types in any spelling, else by its name alone where only one has it. Procedures are another type.
 */
const named = `
      SELECT o.schema, o.name,
             COALESCE((SELECT p.oid
                         FROM pg_catalog.pg_proc p
                        WHERE p.pronamespace = s.oid AND p.prokind <> 'p'
                          AND p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' = o.name),
                      CASE WHEN o.name LIKE '%)'
                           THEN pg_catalog.to_regprocedure(
                                  pg_catalog.quote_ident(s.name) || '.'
                                  || pg_catalog.quote_ident(pg_catalog.split_part(o.name, '(', 1))
                                  || pg_catalog.substr(o.name, pg_catalog.strpos(o.name, '(')))::oid
                           ELSE (SELECT pg_catalog.min(p.oid)
                                   FROM pg_catalog.pg_proc p
                                  WHERE p.pronamespace = s.oid AND p.prokind <> 'p' AND p.proname = o.name
                                 HAVING count(*) = 1)
                       END) AS oid
        FROM scope_object o
        JOIN scope_schema s ON s.name = o.schema
       WHERE o.type = 'function' AND o.name <> '*'`;

export const functionGrant = grantKind({
  type: 'function',
  keyword: 'FUNCTION',
  plural: 'functions',
  privileges: ['EXECUTE'],
  defaults: { keyword: 'FUNCTIONS', letter: 'f' },
  inspect: {
    sql: () => `
    SELECT jsonb_build_object(
             'kind', 'function_grant', 'schema', p.schema, 'name', p.name, 'sql', p.oid::regprocedure::text,
             'group', CASE WHEN p.name IS NULL THEN ${groupKey} END,
             'owner', pg_catalog.pg_get_userbyid(p.proowner), 'count', p.count,
             'acl', ${aclJson('p.proacl', 'p.proowner')})
      FROM (SELECT s.name AS schema, o.name, o.oid, p.pronamespace, p.proowner, p.proacl, count(*) AS count
              FROM pg_catalog.pg_proc p
              JOIN scope_schema s ON s.oid = p.pronamespace
              LEFT JOIN (${named}) o ON o.oid = p.oid
             WHERE p.prokind <> 'p'
             GROUP BY 1, 2, 3, 4, 5, 6) p`,
    members: () => `
    SELECT ${groupKey} AS group_key, p.oid::regprocedure::text AS name
      FROM pg_catalog.pg_proc p
      JOIN scope_schema s ON s.oid = p.pronamespace
     WHERE p.prokind <> 'p' AND ${groupKey} IN (SELECT w.group_key FROM wanted_group w)
       AND NOT EXISTS (SELECT FROM (${named}) o WHERE o.oid = p.oid)`,
  },
});
