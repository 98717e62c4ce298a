import type { NamedObject } from '../../statement.ts';
import { roleName } from '../../catalog/role-name.ts';
import { routineName } from '../../catalog/routine-name.ts';
import { quoteLiteral } from '../../sql.ts';
import { relationCode } from './relation-code.ts';

/** SQL, for the alias of a row of pg_proc. A new owner lends its rights to whoever wrote the code: SECURITY DEFINER. */
export const routineRunsAsOwner = (routine: string): string => `${routine}.prosecdef`;

/**
 * SQL that is true where a wildcard of the ownership section, which adopts no code, would give a routine that runs as its
 * owner to another owner.
 */
export const isRoutineToAdopt = (schema: string, routine: string): string => `
             (${routineRunsAsOwner(routine)}
              AND EXISTS (SELECT FROM scope_adoption a
                           WHERE a.schema = ${schema} AND a.type IN ('function', 'procedure', 'routine')
                             AND a.owner <> ${roleName(`${routine}.proowner`)}))`;

const mostNamed = 20;

/** SQL for the first of some names, in order. An aggregate with an order could not group by ACLs. */
export const firstOf = (names: string): string => `(
               SELECT json_agg(f.name ORDER BY f.name)
                 FROM (SELECT u.name FROM pg_catalog.unnest(${names}) u (name) ORDER BY u.name LIMIT ${String(mostNamed)}) f)`;

/**
 * SELECT of the `name` of those among some objects that run code with their owner's rights, or that others could make do
 * so than those in `sources`. It reads names and resolves none, which would take USAGE on the schema.
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
