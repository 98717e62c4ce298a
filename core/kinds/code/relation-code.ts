import { castsTable, nodesAfter, nodesBefore } from './code-edges.ts';
import { hasColumns, relationType } from '../../catalog/relation-kinds.ts';
import { marksOf, ownSources, placesOf, tooMany } from './code-marks.ts';

/**
 * SQL that finds relations which run code with the rights of their owner, and the roles that could still attach code to
 * them. A new owner would give its rights to all that code.
 */

/**
 * A search that finds more than this stops, and pgwarden gives no object away. An attacker can make the catalog as
 * large as they like.
 */
const mostFound = 300_000;

/**
 * CTEs that end with `<name> (oid, code, sources, is_adopted)`: relations that run code of other roles with the rights
 * of their owner (`code`), or that the roles in `sources` could make do so. `candidates` is SQL for the relations, as
 * `oid` and `is_adopted`.
 *
 * A relation runs what it leads to: its parts, their types, operators and functions, its ancestors and descendants by
 * partitioning or inheritance, and what its policies read. The search first collects all of that, then marks what is
 * code or belongs to another role, and then walks back to what leads there. Each step uses an index, or a hash table.
 * CASE prevents PostgreSQL from turning them into joins, because it cannot estimate the number of rows.
 */
export const relationCode = (name: string, candidates: string): string =>
  `${castsTable(name)},${reached(name, candidates)}${reaching(name)}${found(name)}`;

const relation = "'pg_catalog.pg_class'::regclass";

const reached = (name: string, candidates: string): string => `
${name}_candidate AS MATERIALIZED (
  SELECT k.oid, pg_catalog.bool_or(k.is_adopted) AS is_adopted FROM (${candidates}) k (oid, is_adopted) GROUP BY 1
), ${name}_node AS MATERIALIZED (
  WITH RECURSIVE node (classid, objid, part) AS (
    SELECT ${relation}::oid, k.oid, 0 FROM ${name}_candidate k
     UNION
    SELECT a.classid, a.objid, a.part
      FROM node n
     CROSS JOIN LATERAL (${nodesAfter(name, 'n')}
            OFFSET 0) a)
  SELECT n.classid, n.objid, n.part FROM node n LIMIT ${String(mostFound)}
)`;

/**
 * A null source means code. Relations with the same owner and schema change owners together, so they are no source for
 * each other.
 */
const reaching = (name: string): string => `, ${name}_reach AS MATERIALIZED (
  WITH RECURSIVE reach (source, owner, namespace, classid, objid, part) AS (
    SELECT m.source, m.owner, m.namespace, m.classid, m.objid, m.part
      FROM (SELECT x.source, NULL::oid AS owner, NULL::oid AS namespace, m.classid, m.objid, m.part
              FROM (${marksOf(name)}) m
             CROSS JOIN LATERAL (
               SELECT NULL::jsonb WHERE m.code UNION ALL SELECT m.source WHERE m.source IS NOT NULL) x (source)
             UNION ALL
            SELECT p.source, p.owner, p.namespace, p.classid, p.objid, p.part FROM (${placesOf(name)}) p) m
     UNION
    SELECT r.source, r.owner, r.namespace, b.classid, b.objid, b.part
      FROM reach r
     CROSS JOIN LATERAL (${nodesBefore(name, 'r')}
            OFFSET 0) b
     WHERE CASE WHEN (b.classid, b.objid, b.part) IN (SELECT n.classid, n.objid, n.part FROM ${name}_node n) THEN true END)
  SELECT r.source, r.owner, r.namespace, r.classid, r.objid, r.part FROM reach r LIMIT ${String(mostFound)}
)`;

/** Each candidate is a start row itself, so the results for it can be combined without a join. */
const found = (name: string): string => `, ${name} AS MATERIALIZED (
  SELECT e.oid, pg_catalog.bool_or(e.is_adopted) AS is_adopted, pg_catalog.bool_or(e.code) AS code,
         jsonb_agg(DISTINCT e.source) FILTER (WHERE e.source IS NOT NULL) AS sources
    FROM (SELECT k.oid, k.is_adopted, false AS code, CASE WHEN l.is_cut THEN ${tooMany} END AS source
            FROM ${name}_candidate k
           CROSS JOIN (SELECT (SELECT pg_catalog.count(*) FROM ${name}_node) = ${String(mostFound)}
                           OR (SELECT pg_catalog.count(*) FROM ${name}_reach) = ${String(mostFound)}) l (is_cut)
           UNION ALL
          SELECT r.objid, NULL, r.source IS NULL,
                 CASE WHEN r.owner IS NULL OR (SELECT (c.relowner, c.relnamespace) <> (r.owner, r.namespace)
                                                 FROM pg_catalog.pg_class c WHERE c.oid = r.objid) THEN r.source END
            FROM ${name}_reach r
           WHERE r.classid = ${relation} AND r.part = 0
           UNION ALL
          SELECT o.oid, NULL, false, o.source FROM (${ownSources(name)}) o) e
   GROUP BY 1
  HAVING pg_catalog.bool_or(e.is_adopted) IS NOT NULL AND (pg_catalog.bool_or(e.code) OR pg_catalog.count(e.source) > 0)
)`;

/** The same CTE without rows. */
export const noRelationCode = (name: string): string =>
  `${name} AS (SELECT 0::oid AS oid, false AS is_adopted, false AS code, NULL::jsonb AS sources WHERE false)`;

/**
 * The candidates of a scope: relations that wildcards without `adopt_code` give to another owner, and relations that
 * retired roles pass on to an heir.
 */
export const scopeCandidates = `
    SELECT c.oid, true
      FROM pg_catalog.pg_class c
      JOIN scope_schema s ON s.oid = c.relnamespace
     WHERE ${hasColumns('c')}
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
