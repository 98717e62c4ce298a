import { aclJson, groupKey } from '../acl.ts';
import { readSignature } from './function-signature.ts';
import { grantKind } from './object-grant.ts';

const keyOf = (schema: string): string => groupKey("'function'", schema, 'p.proowner', 'p.proacl');

const identity = "p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'";

/** Types the server does not know become 0, which no function has. */
const argumentTypes = `COALESCE((
               SELECT pg_catalog.string_agg(COALESCE(pg_catalog.to_regtype(a.type)::oid, 0)::text, ' ' ORDER BY a.place)
                 FROM pg_catalog.jsonb_array_elements_text(o.arguments) WITH ORDINALITY AS a (type, place)), '')`;

/**
 * Functions that rules name, each with the names it goes by: its identity arguments as PostgreSQL prints them, else
 * its argument types in any spelling, else its name alone where only one has it. Procedures are another type.
 */
const named = `
      SELECT f.oid, jsonb_agg(f.name ORDER BY f.name) AS names
        FROM (SELECT o.name, COALESCE(
                       (SELECT pg_catalog.min(p.oid) FROM pg_catalog.pg_proc p
                         WHERE p.pronamespace = s.oid AND p.prokind <> 'p'
                           AND pg_catalog.starts_with(o.name, p.proname || '(') AND ${identity} = o.name),
                       (SELECT pg_catalog.min(p.oid) FROM pg_catalog.pg_proc p
                         WHERE p.pronamespace = s.oid AND p.prokind <> 'p' AND o.arguments IS NOT NULL
                           AND p.proname = o.base AND p.proargtypes::text = ${argumentTypes}),
                       (SELECT pg_catalog.min(p.oid) FROM pg_catalog.pg_proc p
                         WHERE p.pronamespace = s.oid AND p.prokind <> 'p' AND p.proname = o.name
                        HAVING count(*) = 1)) AS oid
                FROM scope_object o
                JOIN scope_schema s ON s.name = o.schema
               WHERE o.type = 'function') f
       WHERE f.oid IS NOT NULL
       GROUP BY f.oid`;

/** Why a name means no function, where there is more to say than that it is missing. */
const nearMiss = `
    SELECT jsonb_build_object(
             'kind', 'function_grant', 'schema', o.schema, 'name', o.name, 'sql', NULL, 'group', NULL,
             'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', CASE WHEN bool_and(p.prokind = 'p') THEN 'it is a procedure, for which there are no rules'
                          ELSE 'several functions have this name: add the argument types' END)
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid AND p.proname = o.base
     WHERE o.type = 'function'
     GROUP BY o.schema, o.name, o.base
    HAVING bool_and(p.prokind = 'p') OR (o.name = o.base AND count(*) FILTER (WHERE p.prokind <> 'p') > 1)`;

export const functionGrant = grantKind({
  type: 'function',
  keyword: 'FUNCTION',
  plural: 'functions',
  privileges: ['EXECUTE'],
  defaults: { keyword: 'FUNCTIONS', letter: 'f' },
  lookup: readSignature,
  inspect: {
    sql: () => `
    SELECT jsonb_build_object(
             'kind', 'function_grant', 'schema', p.schema, 'name', p.names ->> 0, 'names', p.names,
             'sql', p.oid::regprocedure::text,
             'group', CASE WHEN p.names IS NULL THEN ${keyOf('p.schema')} END,
             'owner', pg_catalog.pg_get_userbyid(p.proowner), 'count', p.count,
             'acl', ${aclJson('p.proacl', 'p.proowner', 'f')})
      FROM (SELECT s.name AS schema, o.names, o.oid, p.proowner, p.proacl, count(*) AS count
              FROM pg_catalog.pg_proc p
              JOIN scope_schema s ON s.oid = p.pronamespace
              LEFT JOIN (${named}) o ON o.oid = p.oid
             WHERE p.prokind <> 'p'
             GROUP BY 1, 2, 3, 4, 5) p
     UNION ALL${nearMiss}`,
    members: () => `
    SELECT ${keyOf('s.name')} AS group_key, p.oid::regprocedure::text AS name
      FROM pg_catalog.pg_proc p
      JOIN scope_schema s ON s.oid = p.pronamespace
     WHERE p.prokind <> 'p' AND ${keyOf('s.name')} IN (SELECT w.group_key FROM wanted_group w)
       AND NOT EXISTS (SELECT FROM (${named}) o WHERE o.oid = p.oid)`,
  },
});
