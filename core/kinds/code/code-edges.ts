import { firstOrdinaryOid } from '../../catalog/first-ordinary-oid.ts';

/**
 * SQL for the graph that leads from a relation to code: catalog rows, connected by the indexes of `pg_depend`. It can
 * be walked in both directions, so that the cost of a search is proportional to what it finds.
 *
 * A node is a row of a catalog (`classid`, `objid`) and a `part` of it. Part 0 is the whole row. A positive part is the
 * number of a column at the end of a foreign key. Part -1 is what other objects use: of a relation, what its owner can
 * change; of the row type of a table, its casts.
 */

const classes = (...names: readonly string[]): string =>
  `ARRAY[${names.map((name) => `'pg_catalog.${name}'::regclass::oid`).join(', ')}]`;

const is = (column: string, name: string): string => `${column} = 'pg_catalog.${name}'::regclass`;

/** Catalogs of what belongs to a relation and has expressions or calls functions. */
const ownParts = ['pg_trigger', 'pg_attrdef', 'pg_policy', 'pg_statistic_ext'];
const members = ['pg_amop', 'pg_amproc'];
const families = ['pg_opclass', 'pg_opfamily'];

const callers = classes(
  ...['pg_class', 'pg_constraint', 'pg_type', 'pg_operator'],
  ...ownParts,
  ...families,
  ...members,
);
const called = classes('pg_proc', 'pg_operator', 'pg_type', ...families);

/**
 * True when a policy reads a table other than its own. PostgreSQL plans a hash of all policies faster than one lookup
 * per policy.
 */
const readsAnother = `${is('d.classid', 'pg_policy')} AND d.deptype = 'n'
                           AND (d.objid, d.refobjid) NOT IN (SELECT p.oid, p.polrelid FROM pg_catalog.pg_policy p)`;

/**
 * Row `d` leads from an object to one that it depends on. Foreign keys name the columns at both ends, because the types
 * of the columns matter.
 */
const isUse = `(d.refclassid = ANY (${called}) AND d.classid = ANY (${callers})
                    OR ${is('d.refclassid', 'pg_proc')} AND ${is('d.classid', 'pg_cast')}
                    OR ${is('d.refclassid', 'pg_class')}
                       AND (${is('d.classid', 'pg_type')} OR ${is('d.classid', 'pg_constraint')} AND d.refobjsubid > 0
                            OR ${readsAnother}))`;

const usedPart = `CASE WHEN d.refclassid <> 'pg_catalog.pg_class'::regclass THEN 0
                           WHEN ${is('d.classid', 'pg_constraint')} THEN d.refobjsubid ELSE -1 END`;

/**
 * The CTE `<name>_cast (oid, type)`: casts that PostgreSQL looks up at run time. These are implicit casts, for foreign
 * keys and assignments, and casts to JSON, for `to_json`. The owner of one of its types can create a cast to or from a
 * type of another role, so only casts that the other type reaches count.
 */
export const castsTable = (name: string): string => `
${name}_cast AS MATERIALIZED (
  SELECT k.oid, a.oid AS type
    FROM pg_catalog.pg_cast k
    JOIN pg_catalog.pg_proc f ON f.oid = k.castfunc
    JOIN pg_catalog.pg_type a ON a.oid IN (k.castsource, k.casttarget) AND a.oid >= ${String(firstOrdinaryOid)}
    JOIN pg_catalog.pg_type b ON b.oid = CASE k.castsource WHEN a.oid THEN k.casttarget ELSE k.castsource END
   WHERE k.oid >= ${String(firstOrdinaryOid)}
     AND (k.castcontext <> 'e' OR k.casttarget IN ('pg_catalog.json'::regtype, 'pg_catalog.jsonb'::regtype))
     AND NOT (b.oid >= ${String(firstOrdinaryOid)} AND f.proowner = b.typowner AND f.proowner <> a.typowner)
)`;

/**
 * Row `d` leads from an object to one that depends on it, if the second belongs to the first or PostgreSQL looks it up
 * when the first runs. Objects that depend on a table as a whole, such as a sequence or a partition, lead nowhere else.
 */
const isPart = (name: string): string => `(${is('d.refclassid', 'pg_class')}
                    AND (${is('d.classid', 'pg_constraint')}
                         OR d.deptype = 'a' AND ${is('d.classid', 'pg_class')}
                         OR d.deptype IN ('a', 'i') AND d.classid = ANY (${classes('pg_type', ...ownParts)}))
                    OR ${is('d.refclassid', 'pg_type')}
                       AND (${is('d.classid', 'pg_constraint')} AND d.deptype = 'a' OR ${is('d.classid', 'pg_opclass')}
                            OR ${is('d.classid', 'pg_class')} AND d.deptype = 'i'
                            OR ${is('d.classid', 'pg_cast')}
                               AND (d.objid, d.refobjid) IN (SELECT k.oid, k.type FROM ${name}_cast k))
                    OR ${is('d.refclassid', 'pg_constraint')} AND ${is('d.classid', 'pg_class')}
                    OR d.refclassid = ANY (${classes(...families)}) AND d.classid = ANY (${classes(...members)}))`;

const partPart = `CASE WHEN ${is('d.refclassid', 'pg_class')} AND ${is('d.classid', 'pg_type')} THEN -1 ELSE 0 END`;

const relation = "'pg_catalog.pg_class'::regclass::oid";

/**
 * SELECT of the children of relation `n` as `part`. The check for a parent uses a hash table. PostgreSQL reads all of
 * pg_inherits for each node if a few parents have most of its rows.
 */
const children = (n: string, from: number, part: number): string => `
             SELECT ${relation}, i.inhrelid, ${String(part)}
               FROM (SELECT ${n}.objid
                      WHERE CASE WHEN ${is(`${n}.classid`, 'pg_class')} AND ${n}.part = ${String(from)}
                                 THEN ${n}.objid IN (SELECT p.inhparent FROM pg_catalog.pg_inherits p) END
                     OFFSET 0) p
              CROSS JOIN LATERAL (
                SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = p.objid OFFSET 0) i`;

/**
 * SELECT of the nodes that node `n` leads to, using the casts of a CTE. pg_depend has no rows for objects that come
 * with PostgreSQL.
 */
export const nodesAfter = (name: string, n: string): string => `
             SELECT d.refclassid AS classid, d.refobjid AS objid, ${usedPart} AS part
               FROM pg_catalog.pg_depend d
              WHERE d.classid = ${n}.classid AND d.objid = ${n}.objid AND ${n}.part >= 0
                AND (${n}.part = 0 OR d.objsubid = ${n}.part) AND ${isUse}
              UNION ALL
             SELECT d.classid, d.objid, ${partPart}
               FROM pg_catalog.pg_depend d
              WHERE d.refclassid = ${n}.classid AND d.refobjid = ${n}.objid
                AND (${n}.part = 0 OR ${n}.part = -1 AND ${is(`${n}.classid`, 'pg_type')}) AND ${isPart(name)}
              UNION ALL
             SELECT ${relation}, i.inhparent, -1
               FROM pg_catalog.pg_inherits i WHERE ${is(`${n}.classid`, 'pg_class')} AND ${n}.part = 0 AND i.inhrelid = ${n}.objid
              UNION ALL${children(n, 0, -1)}
              UNION ALL
             SELECT ${n}.classid, ${n}.objid, 0 WHERE ${is(`${n}.classid`, 'pg_class')} AND ${n}.part = -1`;

/** SELECT of the nodes that lead to node `n`. It can return too many nodes, never too few. */
export const nodesBefore = (name: string, n: string): string => `
             SELECT d.classid, d.objid, x.part
               FROM pg_catalog.pg_depend d
              CROSS JOIN LATERAL (
                SELECT 0 AS part UNION ALL SELECT d.objsubid WHERE d.objsubid > 0) x
              WHERE d.refclassid = ${n}.classid AND d.refobjid = ${n}.objid AND ${isUse} AND ${n}.part = ${usedPart}
              UNION ALL
             SELECT d.refclassid, d.refobjid, x.part
               FROM pg_catalog.pg_depend d
              CROSS JOIN LATERAL (
                SELECT 0 AS part UNION ALL SELECT -1 WHERE ${is('d.refclassid', 'pg_type')}) x
              WHERE d.classid = ${n}.classid AND d.objid = ${n}.objid AND ${isPart(name)} AND ${n}.part = ${partPart}
              UNION ALL
             SELECT ${relation}, i.inhparent, 0
               FROM pg_catalog.pg_inherits i WHERE ${is(`${n}.classid`, 'pg_class')} AND ${n}.part = -1 AND i.inhrelid = ${n}.objid
              UNION ALL${children(n, -1, 0)}
              UNION ALL
             SELECT ${n}.classid, ${n}.objid, -1 WHERE ${is(`${n}.classid`, 'pg_class')} AND ${n}.part = 0`;
