import { hasColumns, relationType } from '../../catalog/relation-kinds.ts';
import { firstOrdinaryOid } from '../../catalog/first-ordinary-oid.ts';
import { everyone } from '../../public.ts';
import { expressions, isOfSafeExtension, runsSystemCode } from './system-code.ts';

/** SQL for what makes a node of code-edges.ts code, or allows another role to attach code to it. */

/**
 * For relation `c`. Rules run with the rights of the owner of their table or view, whatever its options. Expressions in
 * statistics need not be immutable, so system functions are not harmless there. Since PostgreSQL 15, a view can read
 * with the rights of the role that queries it.
 */
const runsCode = `(c.relkind = 'm'
          OR c.relkind = 'v' AND NOT EXISTS (
               SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) x
                WHERE x.option_name = 'security_invoker' AND x.option_value::boolean)
          OR c.oid IN (SELECT w.ev_class FROM pg_catalog.pg_rewrite w WHERE w.rulename <> '_RETURN')
          OR c.oid IN (SELECT x.stxrelid FROM pg_catalog.pg_statistic_ext x WHERE x.stxexprs IS NOT NULL))`;

/**
 * SQL for a role that could still attach code: its name, the privilege or object with which it could, and the schema
 * and name of that object.
 */
const source = (role: string, by: string, schema = 'NULL', name = 'NULL'): string =>
  `jsonb_build_array(${role}, ${by}, ${schema}, ${name})`;

/** Stands for all sources when a search reached its limit before it found them. */
export const tooMany = source(`'${everyone}'`, "'unknown'", "''", "''");

/**
 * A join with role `o` of an OID if that role could gain rights with the code. A superuser and the connected role need
 * no table to run code as another role. OFFSET prevents PostgreSQL from joining with all roles.
 */
const stranger = (oid: string): string => `LATERAL (
                SELECT o.oid, o.rolname
                  FROM pg_catalog.pg_roles o
                 WHERE o.oid = ${oid} AND NOT o.rolsuper AND o.rolname NOT IN (CURRENT_USER, SESSION_USER)
                OFFSET 0) o`;

const schemaName = (oid: string): string =>
  `(SELECT s.nspname FROM pg_catalog.pg_namespace s WHERE s.oid = ${oid})`;

/**
 * A join of the nodes of a catalog with their rows. OFFSET makes PostgreSQL look up each row by its OID. It expects few
 * nodes, and would compare each with every row of the catalog.
 */
const rowOf = (catalog: string, row: string, part = '0'): string =>
  `CROSS JOIN LATERAL (
            SELECT x.* FROM pg_catalog.${catalog} x
             WHERE n.classid = 'pg_catalog.${catalog}'::regclass AND n.part = ${part} AND x.oid = n.objid
            OFFSET 0) ${row}`;

const sourceOf = (by: string, schema: string, name: string): string =>
  `CASE WHEN o.oid IS NOT NULL THEN ${source('o.rolname', by, schemaName(schema), name)} END`;

const ownedBy = (owner: string): string => `
    LEFT JOIN ${stranger(owner)} ON true`;

/** PostgreSQL also calls what the negator of an operator calls, and records no dependency on it. */
const functions = (name: string): string => `
  SELECT n.classid, n.objid, n.part, NOT ${isOfSafeExtension('f')} AS code, ${sourceOf("'function'", 'f.pronamespace', 'f.proname')} AS source
    FROM (SELECT n.classid, n.objid, n.part, n.objid AS function
            FROM ${name}_node n
           WHERE n.classid = 'pg_catalog.pg_proc'::regclass
           UNION ALL
          SELECT n.classid, n.objid, n.part, q.oprcode
            FROM ${name}_node n
            ${rowOf('pg_operator', 'p')}
            JOIN pg_catalog.pg_operator q ON q.oid IN (p.oprnegate, p.oprcom)) n
    JOIN pg_catalog.pg_proc f ON f.oid = n.function AND f.oid >= ${String(firstOrdinaryOid)}${ownedBy('f.proowner')}`;

const operators = (name: string): string => `
  SELECT n.classid, n.objid, n.part, false, ${sourceOf("'operator'", 'p.oprnamespace', 'p.oprname')}
    FROM ${name}_node n
    ${rowOf('pg_operator', 'p')}${ownedBy('p.oprowner')}`;

/**
 * An array type and a multirange type belong to the owner of their element type. The row type of a relation belongs to
 * the owner of the relation.
 */
const types = (name: string): string => `
  SELECT n.classid, n.objid, n.part, false, ${sourceOf("CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END", 't.typnamespace', 't.typname')}
    FROM ${name}_node n
    ${rowOf('pg_type', 't')}${ownedBy('t.typowner')}
   WHERE t.typtype <> 'm' AND t.typcategory <> 'A'
     AND (t.typrelid = 0 OR t.typrelid IN (SELECT x.oid FROM pg_catalog.pg_class x WHERE x.relkind = 'c'))`;

const relations = (name: string): string => `
  SELECT n.classid, n.objid, n.part, true, NULL
    FROM ${name}_node n
    ${rowOf('pg_class', 'c')}
   WHERE ${hasColumns('c')} AND ${runsCode}`;

/** CASE prevents PostgreSQL from using a join and from reading expressions that the search does not reach. */
const callers = (name: string): string => `
  SELECT e.classid, e.objid, 0, true, NULL
    FROM (${expressions}) e (classid, objid, nodes)
   WHERE CASE WHEN (e.classid, e.objid) IN (SELECT n.classid, n.objid FROM ${name}_node n WHERE n.part = 0)
              THEN ${runsSystemCode('e.nodes')} ELSE false END`;

/**
 * Roles that have a privilege on relation `c` with which they can attach code: TRIGGER for a function, REFERENCES for a
 * cast of another type.
 */
const attaching = `
            (SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN '${everyone}' ELSE o.rolname END AS role
               FROM (SELECT x.grantee, x.privilege_type FROM pg_catalog.aclexplode(c.relacl) x
                      UNION ALL
                     SELECT x.grantee, x.privilege_type
                       FROM pg_catalog.pg_attribute t
                      CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) x
                      WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL) a
               LEFT JOIN ${stranger('a.grantee')} ON true
              WHERE a.privilege_type IN ('TRIGGER', 'REFERENCES') AND a.grantee <> c.relowner
                AND (a.grantee = 0 OR o.oid IS NOT NULL)) a`;

/** SELECT of relations that other relations use. A role with such a privilege on them decides what they do. */
const neighbours = (name: string): string => `
  SELECT n.classid, n.objid, n.part, c.relkind IN ('v', 'm'), a.source
    FROM ${name}_node n
    ${rowOf('pg_class', 'c', '-1')}
   CROSS JOIN LATERAL (
     SELECT NULL::jsonb UNION ALL SELECT ${source('a.role', 'a.privilege_type', schemaName('c.relnamespace'))} FROM ${attaching}) a (source)
   WHERE ${hasColumns('c')}`;

/** SELECT of `classid`, `objid`, `part`, `code` and `source` for nodes that are code, or that another role owns. */
export const marksOf = (name: string): string =>
  [functions, operators, types, relations, callers, neighbours].map((marks) => marks(name)).join(`
   UNION ALL`);

/**
 * SELECT of `classid`, `objid`, `part`, `owner`, `namespace` and `source` for relations of other roles that relations
 * use. They have no name, so that thousands of relations in one schema are one source.
 */
export const placesOf = (name: string): string => `
  SELECT n.classid, n.objid, n.part, c.relowner AS owner, c.relnamespace AS namespace,
         ${source('o.rolname', relationType('c'), schemaName('c.relnamespace'))} AS source
    FROM ${name}_node n
    ${rowOf('pg_class', 'c', '-1')}
    JOIN ${stranger('c.relowner')} ON true
   WHERE ${hasColumns('c')}`;

/** SELECT of the `oid` and `source` of candidates on which a role has such a privilege. */
export const ownSources = (name: string): string => `
  SELECT k.oid, ${source('a.role', 'a.privilege_type')} AS source
    FROM ${name}_candidate k
    JOIN pg_catalog.pg_class c ON c.oid = k.oid
   CROSS JOIN LATERAL ${attaching}`;
