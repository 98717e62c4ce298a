import { firstOrdinaryOid } from '../inspect/first-ordinary-oid.ts';
import { everyone } from '../public.ts';
import { callersOfSystemCode, isOfSafeExtension } from './system-code.ts';

/**
 * SQL that tells which relations run code with the rights of their owner, and who else could still make them. A new owner
 * lends its rights to them all.
 */

/** SQL for a relation's type, as the manifest spells it. */
export const relationType = (relation: string): string => `
             CASE ${relation}.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
                                      WHEN 'S' THEN 'sequence' ELSE 'table' END`;

/** Since PostgreSQL 15 a view can read with the rights of whoever queries it. */
const isSecurityInvoker = `EXISTS (
               SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) x
                WHERE x.option_name = 'security_invoker' AND x.option_value::boolean)`;

/** Rules run with the rights of the owner of their table or view, whatever its options. */
const hasRules = `EXISTS (
               SELECT FROM pg_catalog.pg_rewrite w
                WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN')`;

/** Their expressions need not be immutable, so that functions of the system are no harmless ones there. */
const hasExpressionStatistics = `EXISTS (
               SELECT FROM pg_catalog.pg_statistic_ext x
                WHERE x.stxrelid = c.oid AND x.stxexprs IS NOT NULL)`;

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
 * What a relation `c` uses: by triggers, indexes, constraints, defaults, policies or statistics, directly or by an
 * operator, or a type with constraints of its own. Checks of foreign keys cast the columns at the other end with the
 * rights of the owner of this one.
 */
const used = (name: string): string => `
             WITH RECURSIVE part (classid, objid) AS (
               SELECT 'pg_catalog.pg_class'::regclass::oid, c.oid
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
               SELECT 'pg_catalog.pg_type'::regclass::oid, k.type FROM ${name}_key k WHERE k.oid = c.oid
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
                     AND d.classid = 'pg_catalog.pg_constraint'::regclass) n (classid, objid))`;

/** SQL for one who could still attach code: the name of a role, by what it could, and the object where that is another. */
const source = (role: string, by: string, schema = 'NULL', name = 'NULL'): string =>
  `jsonb_build_array(${role}, ${by}, ${schema}, ${name})`;

/** A superuser, and the connected role, need no table to run code as anybody. */
const isStranger = (role: string): string =>
  `(NOT ${role}.rolsuper AND ${role}.rolname NOT IN (CURRENT_USER, SESSION_USER))`;

/**
 * Whether a relation runs code by what it uses, and who owns what it uses. An array, and a multirange, is its element's.
 * The row type of a table changes with that table.
 */
const codeUsed = (name: string): string => `${used(name)}
             SELECT pg_catalog.bool_or(
                      f.oid IS NOT NULL AND NOT ${isOfSafeExtension('f')}
                      OR EXISTS (SELECT FROM pg_catalog.pg_class x
                                  WHERE x.oid = t.typrelid AND x.relkind <> 'c' AND x.oid <> c.oid)) AS code,
                    jsonb_agg(DISTINCT ${source(
                      'o.rolname',
                      "CASE WHEN f.oid IS NOT NULL THEN 'function' WHEN t.oid IS NULL THEN 'operator' WHEN t.typtype = 'd' THEN 'domain' ELSE 'type' END",
                      'n.nspname',
                      'COALESCE(f.proname, t.typname, p.oprname)',
                    )}) FILTER (WHERE ${isStranger('o')}) AS sources
               FROM used u
               LEFT JOIN pg_catalog.pg_proc f ON u.classid = 'pg_catalog.pg_proc'::regclass AND f.oid = u.objid
               LEFT JOIN pg_catalog.pg_operator p ON u.classid = 'pg_catalog.pg_operator'::regclass AND p.oid = u.objid
               LEFT JOIN pg_catalog.pg_type t
                 ON u.classid = 'pg_catalog.pg_type'::regclass AND t.oid = u.objid AND t.typtype <> 'm' AND t.typcategory <> 'A'
               LEFT JOIN pg_catalog.pg_namespace n ON n.oid = COALESCE(f.pronamespace, p.oprnamespace, t.typnamespace)
               LEFT JOIN pg_catalog.pg_roles o ON o.oid = COALESCE(f.proowner, p.oprowner, t.typowner)`;

/**
 * Who could attach code to relation `c` because of a grant: TRIGGER attaches a function, and so does REFERENCES, by a
 * cast of the other table's type.
 */
const codeGranted = `
             SELECT jsonb_agg(DISTINCT ${source(`COALESCE(o.rolname, '${everyone}')`, 'a.privilege_type')}) AS sources
               FROM (SELECT x.grantee, x.privilege_type FROM pg_catalog.aclexplode(c.relacl) x
                      UNION
                     SELECT x.grantee, x.privilege_type
                       FROM pg_catalog.pg_attribute t
                      CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) x
                      WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL) a
               LEFT JOIN pg_catalog.pg_roles o ON o.oid = a.grantee
              WHERE a.privilege_type IN ('TRIGGER', 'REFERENCES') AND a.grantee <> c.relowner
                AND (a.grantee = 0 OR ${isStranger('o')})`;

const jsonOf = (sources: string): string => `COALESCE(${sources}, '[]')`;

/**
 * CTEs that end with `<name> (oid, code, sources, is_adopted)`: those of some relations that run code of others with the
 * rights of their owner (`code`), or that the roles of `sources` could make do so. `candidates` is SQL for the relations,
 * as `oid` and `is_adopted`.
 *
 * What is above and below a table, as a partition or by inheritance, is looked at with it, and so is what its policies
 * read. What of that has the same owner counts as the table's own, and the owner of anything else is one of `sources`.
 */
export const relationCode = (name: string, candidates: string): string =>
  nearby(name, candidates) + foundNearby(name) + together(name);

/** What is to be looked at for each candidate: `root` is the top of a tree of tables, and `member` what is in it. */
const nearby = (name: string, candidates: string): string => `
${name}_candidate AS MATERIALIZED (
  SELECT k.oid, pg_catalog.bool_or(k.is_adopted) AS is_adopted FROM (${candidates}) k (oid, is_adopted) GROUP BY 1
), ${name}_read AS MATERIALIZED (
  WITH RECURSIVE line (oid, other) AS (
    SELECT k.oid, k.oid FROM ${name}_candidate k
     UNION
    SELECT l.oid, d.refobjid
      FROM line l
      JOIN pg_catalog.pg_policy p ON p.polrelid = l.other
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass)
  SELECT l.oid, l.other FROM line l
), ${name}_root AS MATERIALIZED (
  WITH RECURSIVE line (oid, other) AS (
    SELECT DISTINCT r.other, r.other FROM ${name}_read r
     UNION
    SELECT l.oid, i.inhparent FROM line l JOIN pg_catalog.pg_inherits i ON i.inhrelid = l.other)
  SELECT l.oid, l.other AS root
    FROM line l
   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = l.other)
), ${name}_member AS MATERIALIZED (
  WITH RECURSIVE line (root, oid) AS (
    SELECT DISTINCT r.root, r.root FROM ${name}_root r
     UNION
    SELECT l.root, i.inhrelid FROM line l JOIN pg_catalog.pg_inherits i ON i.inhparent = l.oid)
  SELECT l.root, l.oid FROM line l
)`;

/** What is to be known of each relation: the types at the other ends of foreign keys, and what it runs. */
const foundNearby = (name: string): string => `, ${name}_key AS MATERIALIZED (
  SELECT DISTINCT k.oid, a.atttypid AS type
    FROM (SELECT f.confrelid, f.conrelid, f.conkey FROM pg_catalog.pg_constraint f WHERE f.contype = 'f'
           UNION ALL
          SELECT f.conrelid, f.confrelid, f.confkey FROM pg_catalog.pg_constraint f WHERE f.contype = 'f') k (oid, other, columns)
    JOIN pg_catalog.pg_attribute a
      ON a.attrelid = k.other AND a.attnum = ANY (k.columns) AND a.atttypid >= ${String(firstOrdinaryOid)}
   WHERE k.oid IN (SELECT m.oid FROM ${name}_member m)
), ${name}_caller AS MATERIALIZED (${callersOfSystemCode(`SELECT m.oid FROM ${name}_member m`)}
), ${name}_found AS MATERIALIZED (
  SELECT c.oid, c.relowner, c.relnamespace, c.relname, ${relationType('c')} AS type,
         CASE c.relkind WHEN 'm' THEN true
                        WHEN 'v' THEN NOT ${isSecurityInvoker} OR ${hasRules} OR COALESCE(u.code, false)
                        ELSE COALESCE(u.code, false) OR ${hasRules} OR ${hasExpressionStatistics}
                             OR c.oid IN (SELECT k.oid FROM ${name}_caller k) END AS code,
         ${jsonOf('u.sources')} || ${jsonOf('g.sources')} AS sources
    FROM (SELECT DISTINCT m.oid FROM ${name}_member m) m
    JOIN pg_catalog.pg_class c ON c.oid = m.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
   CROSS JOIN LATERAL (${codeUsed(name)}) u
   CROSS JOIN LATERAL (${codeGranted}) g
)`;

/** What each candidate is by all of them. `place`: one relation for each owner and schema, to name it. */
const together = (name: string): string => `, ${name}_tree AS MATERIALIZED (
  SELECT m.root, f.relowner, pg_catalog.bool_or(f.code) AS code, pg_catalog.bool_or(f.type LIKE '%view') AS has_view,
         (SELECT jsonb_agg(DISTINCT s) FROM pg_catalog.unnest(pg_catalog.array_agg(f.sources)) a (list)
           CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(a.list) s) AS sources
    FROM ${name}_member m
    JOIN ${name}_found f ON f.oid = m.oid
   GROUP BY 1, 2
), ${name}_place AS MATERIALIZED (
  SELECT m.root, f.relowner, f.relnamespace,
         ${source('o.rolname', 'pg_catalog.min(f.type)', 'n.nspname', 'pg_catalog.min(f.relname)')} AS source
    FROM ${name}_member m
    JOIN ${name}_found f ON f.oid = m.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
    JOIN pg_catalog.pg_roles o ON o.oid = f.relowner AND ${isStranger('o')}
   GROUP BY m.root, f.relowner, f.relnamespace, o.rolname, n.nspname
), ${name}_seen AS MATERIALIZED (
  SELECT k.oid, k.is_adopted, c.relowner, c.relnamespace, r.other, t.root
    FROM ${name}_candidate k
    JOIN pg_catalog.pg_class c ON c.oid = k.oid
    JOIN ${name}_read r ON r.oid = k.oid
    JOIN ${name}_root t ON t.oid = r.other
), ${name}_source AS MATERIALIZED (
  SELECT p.oid, jsonb_agg(DISTINCT p.source) AS sources
    FROM (SELECT s.oid, e.source
            FROM ${name}_seen s
            JOIN ${name}_tree t ON t.root = s.root AND t.relowner = s.relowner
           CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(t.sources) e (source)
           UNION ALL
          SELECT s.oid, p.source
            FROM ${name}_seen s
            JOIN ${name}_place p ON p.root = s.root AND (p.relowner <> s.relowner OR p.relnamespace <> s.relnamespace)) p
   GROUP BY 1
), ${name} AS MATERIALIZED (
  SELECT s.oid, s.is_adopted,
         COALESCE(pg_catalog.bool_or(t.code OR t.has_view AND s.other <> s.oid), false) AS code, p.sources
    FROM ${name}_seen s
    LEFT JOIN ${name}_tree t ON t.root = s.root AND t.relowner = s.relowner
    LEFT JOIN ${name}_source p ON p.oid = s.oid
   GROUP BY s.oid, s.is_adopted, p.sources
  HAVING COALESCE(pg_catalog.bool_or(t.code OR t.has_view AND s.other <> s.oid), false) OR p.sources IS NOT NULL
)`;

/** The same CTE without a row. */
export const noRelationCode = (name: string): string =>
  `${name} AS (SELECT 0::oid AS oid, false AS is_adopted, false AS code, NULL::jsonb AS sources WHERE false)`;

/** The candidates of a scope: what wildcards that adopt no code give another owner, and what retired roles leave an heir. */
export const scopeCandidates = `
    SELECT c.oid, true
      FROM pg_catalog.pg_class c
      JOIN scope_schema s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
       AND EXISTS (SELECT FROM scope_adoption a
                    WHERE a.schema = s.name AND a.type = ${relationType('c')}
                      AND a.owner <> pg_catalog.pg_get_userbyid(c.relowner))
     UNION ALL
    SELECT d.objid, false
      FROM scope_passed_on t
      JOIN scope_role r ON r.name = t.name
      JOIN pg_catalog.pg_shdepend d
        ON d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o'
       AND d.classid = 'pg_catalog.pg_class'::regclass
       AND d.dbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())`;
