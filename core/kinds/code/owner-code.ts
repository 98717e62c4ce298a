import type { NamedObject } from '../../statement.ts';
import { roleName } from '../../catalog/role-name.ts';
import { routineName } from '../../catalog/routine-name.ts';
import { quoteLiteral } from '../../sql.ts';
import { relationCode } from './relation-code.ts';

/**
 * SQL condition on the alias of a row of pg_proc: the routine is SECURITY DEFINER. Its author would get the rights of a
 * new owner.
 */
export const routineRunsAsOwner = (routine: string): string => `${routine}.prosecdef`;

/**
 * SQL condition: a wildcard of the ownership section without `adopt_code` would give a routine that runs as its owner
 * to another owner.
 */
export const isRoutineToAdopt = (
  schema: string,
  routine: string,
  words: readonly string[],
): string => `
             (${routineRunsAsOwner(routine)}
              AND EXISTS (SELECT FROM scope_adoption a
                           WHERE a.schema = ${schema} AND a.type IN (${words.map(quoteLiteral).join(', ')})
                             AND a.owner <> ${roleName(`${routine}.proowner`)}))`;

const mostNamed = 20;

/** SQL for the first of some names, in order. PostgreSQL cannot group by ACLs under an aggregate with an ORDER BY. */
export const firstOf = (names: string): string => `(
               SELECT json_agg(f.name ORDER BY f.name)
                 FROM (SELECT u.name FROM pg_catalog.unnest(${names}) u (name) ORDER BY u.name LIMIT ${String(mostNamed)}) f)`;

/**
 * SELECT of the `name` of those objects that run code with their owner's rights, or that roles other than those in
 * `sources` could make run code. It reads names without resolving them, because that would require USAGE on the schema.
 */
export function codeAmongSql(objects: readonly NamedObject[]): string {
  return `
    WITH given AS MATERIALIZED (
      SELECT o.catalog, o.schema, o.name, o.sources
        FROM pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(objects))}::jsonb)
             AS o (catalog text, schema text, name text, sources jsonb)), place AS MATERIALIZED (
      SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname IN (SELECT g.schema FROM given g)
    ), given_relation AS MATERIALIZED (
      SELECT c.oid, g.name, g.sources
        FROM place n
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
        JOIN given g ON g.name = pg_catalog.format('%I.%I', n.nspname, c.relname)
       WHERE g.catalog = 'pg_class'
    ), ${relationCode('given_code', 'SELECT g.oid, true FROM given_relation g')}
    SELECT g.name
      FROM place n
      JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
      JOIN given g ON g.name = ${routineName('p', 'n.nspname')}
     WHERE g.catalog = 'pg_proc' AND ${routineRunsAsOwner('p')}
     UNION
    SELECT g.name
      FROM given_relation g
      JOIN given_code h ON h.oid = g.oid
     WHERE h.code
        OR EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(h.sources) e (source)
                    WHERE e.source NOT IN (SELECT k.source FROM pg_catalog.jsonb_array_elements(g.sources) k (source)))
     ORDER BY 1`;
}
