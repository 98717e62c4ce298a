import { quoteLiteral } from '../sql.ts';

/**
 * SQL that tells which objects run code with the rights of their owner. A new owner lends its rights to whoever wrote that
 * code. Each takes the alias of a catalog row.
 */

/** Of pg_proc: SECURITY DEFINER. */
export const routineRunsAsOwner = (routine: string): string => `${routine}.prosecdef`;

/** Since PostgreSQL 15 a view can read with the rights of whoever queries it. */
const isSecurityInvoker = (view: string): string => `EXISTS (
                       SELECT FROM pg_catalog.pg_options_to_table(${view}.reloptions) x
                        WHERE x.option_name = 'security_invoker' AND x.option_value::boolean)`;

/** Rules run with the rights of the owner of their table or view, whatever its options. */
const hasRules = (relation: string): string => `EXISTS (
                       SELECT FROM pg_catalog.pg_rewrite w
                        WHERE w.ev_class = ${relation}.oid AND w.rulename <> '_RETURN')`;

/**
 * Of pg_class. Views read, and materialized views are refreshed, with their owner's rights. A table runs functions with
 * its owner's rights where these are attached to it: ANALYZE runs those of indexes and statistics, referential actions
 * fire triggers. So it counts whoever owns the functions, because the owner of the table chose them.
 */
export const relationRunsAsOwner = (relation: string): string => `
               CASE ${relation}.relkind
                    WHEN 'm' THEN true
                    WHEN 'v' THEN NOT ${isSecurityInvoker(relation)}
                                  OR ${hasRules(relation)} OR ${hasFunctions(relation)}
                    WHEN 'S' THEN false
                    ELSE ${hasRules(relation)} OR ${hasFunctions(relation)} OR ${hasExpressionStatistics(relation)} END`;

/** Their expressions need not be immutable, so that functions of the system are no harmless ones there. */
const hasExpressionStatistics = (relation: string): string => `EXISTS (
                       SELECT FROM pg_catalog.pg_statistic_ext x
                        WHERE x.stxrelid = ${relation}.oid AND x.stxexprs IS NOT NULL)`;

const classes = (...names: readonly string[]): string =>
  `ARRAY[${names.map((name) => `'pg_catalog.${name}'::regclass::oid`).join(', ')}]`;

/** What belongs to a table and holds expressions or calls functions. */
const parts = classes(
  'pg_class',
  'pg_constraint',
  'pg_trigger',
  'pg_attrdef',
  'pg_policy',
  'pg_statistic_ext',
);

/** What can lead from an expression to a function. What PostgreSQL itself brings is in no dependency. */
const steps = classes('pg_proc', 'pg_operator', 'pg_type', 'pg_class', 'pg_constraint');

/**
 * Whether functions, other than the system's and those of extensions, are attached: by triggers, indexes, constraints,
 * defaults, policies or statistics, directly or by an operator, or a type with constraints of its own.
 */
const hasFunctions = (relation: string): string => `EXISTS (
                       WITH RECURSIVE part (classid, objid) AS (
                         SELECT 'pg_catalog.pg_class'::regclass::oid, ${relation}.oid
                          UNION
                         SELECT d.classid, d.objid
                           FROM part p
                           JOIN pg_catalog.pg_depend d ON d.refclassid = p.classid AND d.refobjid = p.objid
                          WHERE d.deptype IN ('a', 'i') AND d.classid = ANY (${parts})
                            AND (d.classid <> 'pg_catalog.pg_class'::regclass
                                 OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = d.objid))
                       ), used (classid, objid) AS (
                         SELECT d.refclassid, d.refobjid
                           FROM part p
                           JOIN pg_catalog.pg_depend d ON d.classid = p.classid AND d.objid = p.objid
                          WHERE d.refclassid = ANY (${classes('pg_proc', 'pg_operator', 'pg_type')})
                          UNION
                         SELECT n.classid, n.objid
                           FROM used u
                          CROSS JOIN LATERAL (
                            SELECT d.refclassid, d.refobjid
                              FROM pg_catalog.pg_depend d
                             WHERE d.classid = u.classid AND d.objid = u.objid AND d.refclassid = ANY (${steps})
                               AND d.classid <> 'pg_catalog.pg_proc'::regclass
                               AND (d.refclassid <> 'pg_catalog.pg_class'::regclass
                                    OR d.classid = 'pg_catalog.pg_type'::regclass)
                             UNION ALL
                            SELECT d.classid, d.objid
                              FROM pg_catalog.pg_depend d
                             WHERE d.refclassid = u.classid AND d.refobjid = u.objid
                               AND u.classid = 'pg_catalog.pg_type'::regclass
                               AND d.classid = 'pg_catalog.pg_constraint'::regclass) n (classid, objid))
                       SELECT FROM used u
                        WHERE u.classid = 'pg_catalog.pg_proc'::regclass
                          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                                           WHERE e.classid = u.classid AND e.objid = u.objid AND e.deptype = 'e'))`;

/**
 * SQL that is true where a wildcard of the ownership section, which adopts no code, would give an object that runs code as
 * its owner to another owner. Nothing is looked up for objects that have the declared owner already.
 */
export function isCodeToAdopt(at: {
  readonly schema: string;
  /** Words for the type of the object, as SQL. */
  readonly types: string;
  readonly owner: string;
  readonly runsAsOwner: string;
}): string {
  return `
             CASE WHEN NOT EXISTS (SELECT FROM scope_adoption) THEN false
                  WHEN EXISTS (SELECT FROM scope_adoption a
                                WHERE a.schema = ${at.schema} AND a.type IN (${at.types})
                                  AND a.owner <> pg_catalog.pg_get_userbyid(${at.owner}))
                  THEN ${at.runsAsOwner} ELSE false END`;
}

const mostNamed = 20;

/** SQL for the first of some names, in order. An aggregate with an order could not group by ACLs. */
export const firstOf = (names: string): string => `(
               SELECT json_agg(f.name ORDER BY f.name)
                 FROM (SELECT u.name FROM pg_catalog.unnest(${names}) u (name) ORDER BY u.name LIMIT ${String(mostNamed)}) f)`;

/** An object by the name that an inspection has for it, as SQL. */
export interface NamedObject {
  readonly catalog: 'pg_class' | 'pg_proc';
  readonly schema: string;
  readonly name: string;
}

/**
 * SELECT of the `name` of those among some objects that run code with their owner's rights. It reads names and resolves
 * none, which would take USAGE on the schema.
 */
export function codeAmongSql(objects: readonly NamedObject[]): string {
  return `
    WITH given AS MATERIALIZED (
      SELECT o.catalog, o.schema, o.name
        FROM pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(objects))}::jsonb)
             AS o (catalog text, schema text, name text)), place AS MATERIALIZED (
      SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname IN (SELECT g.schema FROM given g))
    SELECT g.name
      FROM place n
      JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
      JOIN given g ON g.name = p.oid::regprocedure::text
     WHERE g.catalog = 'pg_proc' AND ${routineRunsAsOwner('p')}
     UNION
    SELECT g.name
      FROM place n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
      JOIN given g ON g.name = pg_catalog.format('%I.%I', n.nspname, c.relname)
     WHERE g.catalog = 'pg_class' AND ${relationRunsAsOwner('c')}
     ORDER BY 1`;
}
