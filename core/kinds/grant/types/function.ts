import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, groupKey, isOwn } from '../../../acl.ts';
import { readSignature } from './function-signature.ts';
import { grantKind } from '../object-grant.ts';
import { hasItsTypes, routineName } from '../../../catalog/routine-name.ts';
import { firstOf, isRoutineToAdopt, routineRunsAsOwner } from '../../code/owner-code.ts';

/** SQL for a routine's type in a manifest. Aggregates and window functions are functions. */
const routineType = (routine: string): string =>
  `(CASE ${routine}.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END)`;

const subtype = routineType('p');

/** Routines with code to adopt are in groups of their own. */
const keyOf = (schema: string, code: string): string =>
  groupKey(
    `CASE WHEN ${code} THEN 'code of ' ELSE '' END || ${subtype}`,
    schema,
    'p.proowner',
    'p.proacl',
  );

/** What each word of a manifest means. */
const words = {
  function: ['function'],
  procedure: ['procedure'],
  routine: ['function', 'procedure'],
};

const isCode = isRoutineToAdopt('s.name', 'p', Object.keys(words));

const identity = "p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'";

/** Whether a rule's object type includes a routine, whatever its name. */
const isMeant = `o.type IN (${subtype}, 'routine')`;

/** A name without arguments, bare or in SQL quotes. */
const isBare = `o.name IN (o.base, '"' || pg_catalog.replace(o.base, '"', '""') || '"')`;

/**
 * A type without a schema is a type of PostgreSQL, else one in the function's schema, else one in `public`. A type that
 * the server does not have becomes 0, which no function has.
 */
const argumentTypes = `COALESCE((
               SELECT pg_catalog.string_agg(COALESCE(
                        pg_catalog.to_regtype(a.type)::oid,
                        pg_catalog.to_regtype(pg_catalog.quote_ident(o.schema) || '.' || a.type)::oid,
                        pg_catalog.to_regtype('public.' || a.type)::oid, 0)::text, ' ' ORDER BY a.place)
                 FROM pg_catalog.jsonb_array_elements_text(o.arguments) WITH ORDINALITY AS a (type, place)), '')`;

const candidates = `SELECT pg_catalog.min(p.oid) FROM pg_catalog.pg_proc p
                         WHERE p.pronamespace = s.oid AND ${isMeant}`;

/**
 * Routines that rules name, each with the names that rules have for it: with its argument types in any spelling, else its
 * name alone if no other routine has it, else with its identity arguments as PostgreSQL prints them.
 */
const namedRoutines = `
      SELECT f.oid, jsonb_agg(f.type || ' ' || f.name ORDER BY f.type, f.name) AS names
        FROM (SELECT o.type, o.name, COALESCE(
                       (${candidates}
                           AND o.arguments IS NOT NULL AND p.proname = o.base AND p.proargtypes::text = ${argumentTypes}),
                       (${candidates}
                           AND (p.proname = o.name OR p.proname = o.base AND ${isBare})
                        HAVING count(*) = 1),
                       (${candidates}
                           AND CASE WHEN pg_catalog.starts_with(o.name, p.proname || '(') AND ${hasItsTypes('p')}
                                    THEN ${identity} = o.name END)) AS oid
                FROM scope_object o
                JOIN scope_schema s ON s.name = o.schema
               WHERE o.type IN ('function', 'procedure', 'routine')) f
       WHERE f.oid IS NOT NULL
       GROUP BY f.oid`;

/** Explains why a name means no routine of its type, if the reason is not that it is missing. */
const nearMiss = `
    SELECT json_build_object(
             'kind', 'function_grant', 'schema', o.schema, 'name', o.name, 'subtype', o.type, 'sql', NULL,
             'group', NULL, 'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', CASE WHEN bool_or(${isMeant})
                          THEN 'several ' || o.type || 's have this name: add the argument types'
                          ELSE 'it is a ' || pg_catalog.min(${subtype}) || ': declare it with type ' || pg_catalog.min(${subtype}) END)
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid AND p.proname = o.base
     WHERE o.type IN ('function', 'procedure', 'routine')
     GROUP BY o.schema, o.type, o.name, o.base
    HAVING NOT bool_or(${isMeant}) OR (${isBare} AND count(*) FILTER (WHERE ${isMeant}) > 1)`;

const routines = `pg_catalog.pg_proc p
              JOIN scope_schema s ON s.oid = p.pronamespace
              LEFT JOIN (${namedRoutines}) o ON o.oid = p.oid
             WHERE (o.oid IS NOT NULL OR ${isOwn('pg_proc', 'p.oid')}) AND ${hasItsTypes('p')}`;

export const functionGrant = grantKind({
  type: 'function',
  words,
  keyword: 'FUNCTION',
  plural: 'functions',
  ownerKeyword: 'ROUTINE',
  subtypes: { procedure: { keyword: 'PROCEDURE', plural: 'procedures' } },
  privileges: ['EXECUTE'],
  everyone: ['EXECUTE'],
  defaults: { keyword: 'FUNCTIONS', letter: 'f' },
  lookup: readSignature,
  catalog: {
    relation: 'pg_proc',
    name: 'proname',
    owner: 'proowner',
    acl: 'proacl',
    schema: 'pronamespace',
    code: 'pg_proc',
    word: routineType,
    isNamed: (row, rule) => `${row}.proname IN (${rule}.name, ${rule}.base)`,
    belonging: {
      schema: 's.name',
      name: 'NULL',
      names: 'o.names',
      subtype: routineType('x'),
      code: routineRunsAsOwner('x'),
      rest: `
                  JOIN scope_schema s ON s.oid = x.pronamespace
                  LEFT JOIN (${namedRoutines}) o ON o.oid = x.oid
                 WHERE (o.oid IS NOT NULL OR ${isOwn('pg_proc', 'x.oid')})`,
    },
  },
  inspect: {
    sql: () => `
    SELECT json_build_object(
             'kind', 'function_grant', 'schema', p.schema,
             'name', (SELECT f.proname || '(' || pg_catalog.oidvectortypes(f.proargtypes) || ')'
                        FROM pg_catalog.pg_proc f WHERE f.oid = p.oid),
             'names', p.names, 'subtype', ${subtype},
             'sql', (SELECT ${routineName('f', 'p.schema')} FROM pg_catalog.pg_proc f WHERE f.oid = p.oid),
             'group', CASE WHEN p.names IS NULL THEN ${keyOf('p.schema', 'p.code')} END,
             'code', p.code, 'codeNames', ${firstOf('p.code_names')},
             'owner', ${roleName('p.proowner')}, 'count', p.count,
             'acl', ${aclJson('p.proacl', 'p.proowner', "'f'", 'p.schema')})
      FROM (SELECT s.name AS schema, o.names, o.oid, p.proowner, p.proacl,
                   CASE p.prokind WHEN 'p' THEN 'p' ELSE 'f' END AS prokind, count(*) AS count,${isCode} AS code,
                   pg_catalog.array_agg(${routineName('p', 's.name')}) FILTER (WHERE ${isCode}) AS code_names
              FROM ${routines}
             GROUP BY 1, 2, 3, 4, 5, 6, 8) p
     UNION ALL${nearMiss}`,
    members: () => `
    SELECT ${keyOf('s.name', isCode)} AS group_key, ${routineName('p', 's.name')} AS name
      FROM ${routines}
       AND o.oid IS NULL AND ${keyOf('s.name', isCode)} IN (SELECT w.group_key FROM wanted_group w)`,
  },
});
