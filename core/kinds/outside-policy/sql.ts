import { membershipOptionsSince } from '../../membership-options.ts';
import { roleName } from '../../catalog/role-name.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import { isOwnType } from '../grant/types/type.ts';

/** A catalog of objects that live in schemas, with its column names and what its objects are called. */
interface Catalog {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly type: string;
  /** Which of its rows are objects of their own. */
  readonly where: string;
  /** Which of them can concern a role at all, where the server's list of dependencies says so. */
  readonly among?: string;
  /** By which name a rule would mean it. */
  readonly named: string;
}

const catalogs: readonly Catalog[] = [
  {
    name: 'pg_class',
    prefix: 'rel',
    namespace: 'relnamespace',
    type: `CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                            WHEN 'f' THEN 'foreign table' ELSE 'table' END`,
    where: `c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')`,
    named: 'o.name = c.relname',
  },
  {
    name: 'pg_proc',
    prefix: 'pro',
    namespace: 'pronamespace',
    type: `CASE c.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END`,
    where: 'true',
    named: 'c.proname IN (o.name, o.base)',
  },
  {
    name: 'pg_type',
    prefix: 'typ',
    namespace: 'typnamespace',
    type: `CASE c.typtype WHEN 'd' THEN 'domain' ELSE 'type' END`,
    where: isOwnType('c'),
    among: `c.oid IN (SELECT d.objid FROM scope_dependency d WHERE d.classid = 'pg_catalog.pg_type'::regclass)`,
    named: 'o.name = c.typname',
  },
];

/** Whether a role of the policy owns something in a schema without a declaration. */
const isUndeclared = (owner: string, namespace: string): string =>
  `${owner} IN (SELECT t.oid FROM scope_reported t)
                           AND (${owner}, ${namespace}) NOT IN (SELECT m.role, m.schema FROM scope_maker m)`;

/**
 * Objects of one catalog that interest anyone: those with an ACL that no other kind reads, and those that roles of
 * the policy own. Grouped as everywhere, so that the rows follow schemas and ACLs. OFFSET 0 keeps the flags from being
 * computed again where they are used.
 */
const groupsIn = ({
  name,
  prefix,
  namespace,
  type,
  where,
  among = 'true',
  named,
}: Catalog): string => `
          SELECT c.namespace, c.type, c.owner, c.acl, c.is_read, c.is_owned, pg_catalog.count(*) AS count
            FROM (SELECT c.${namespace} AS namespace, ${type} AS type, c.${prefix}owner AS owner, c.${prefix}acl AS acl,
                         c.${namespace} IN (SELECT s.oid FROM scope_schema s)
                           AND (NOT e.is_member OR EXISTS (
                             SELECT FROM scope_object o JOIN scope_schema s ON s.name = o.schema
                              WHERE s.oid = c.${namespace} AND ${named})) AS is_read,
                         NOT e.is_member AND ${isUndeclared(`c.${prefix}owner`, `c.${namespace}`)} AS is_owned
                    FROM pg_catalog.${name} c
                   CROSS JOIN LATERAL (SELECT c.oid IN (SELECT m.objid FROM scope_brought_along m
                                                         WHERE m.classid = 'pg_catalog.${name}'::regclass) AS is_member) e
                   WHERE ${among} AND ${where}
                     AND (${isUndeclared(`c.${prefix}owner`, `c.${namespace}`)}
                       OR c.${prefix}acl IS NOT NULL
                          AND (c.${namespace} NOT IN (SELECT s.oid FROM scope_schema s) OR e.is_member))
                  OFFSET 0) c
           WHERE c.is_owned OR NOT c.is_read AND c.acl IS NOT NULL
           GROUP BY 1, 2, 3, 4, 5, 6`;

const schemas = `
          SELECT n.oid, 'schema', n.nspowner, n.nspacl, n.oid IN (SELECT s.oid FROM scope_schema s),
                 ${isUndeclared('n.nspowner', 'n.oid')}, 1
            FROM pg_catalog.pg_namespace n`;

const digits = (counts: string): string => `pg_catalog.length(${counts}::text)`;

/** Privileges and ownership in schemas: one row for each role and schema, with counts by type. Temporary objects are nobody's news. */
const inSchemas = `
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', h.what, 'role', h.role, 'schema', h.schema,
             'counts', pg_catalog.jsonb_object_agg(h.type, h.count),
             'fingerprint', jsonb_build_array(h.what, h.role, h.schema, pg_catalog.jsonb_object_agg(h.type, ${digits('h.count')})))
      FROM (SELECT a.what, t.name AS role, n.nspname AS schema, g.type, pg_catalog.sum(g.count) AS count
              FROM (${[...catalogs.map(groupsIn), schemas].join('\n           UNION ALL')}) g
             CROSS JOIN LATERAL (
                    SELECT DISTINCT 'privileges' AS what, x.grantee AS role
                      FROM pg_catalog.aclexplode(g.acl) x
                     WHERE NOT g.is_read AND x.grantee <> g.owner
                     UNION ALL
                    SELECT 'owns', g.owner WHERE g.is_owned) a
              JOIN scope_reported t ON t.oid = a.role
              JOIN pg_catalog.pg_namespace n ON n.oid = g.namespace
             WHERE NOT pg_catalog.starts_with(n.nspname, 'pg_temp_')
             GROUP BY 1, 2, 3, 4) h
     GROUP BY h.what, h.role, h.schema`;

/** What a manifest calls an object that pg_identify_object() identified. */
const word = `CASE i.type WHEN 'server' THEN 'foreign_server' WHEN 'parameter ACL' THEN 'parameter'
                            ELSE pg_catalog.translate(i.type, ' -', '__') END`;

/** Whether coverage of the whole database makes the privilege drift. */
const isCovered = `(
             i.type IN ('foreign-data wrapper', 'server', 'language', 'large object')
               AND NOT EXISTS (SELECT FROM scope_brought_along e WHERE e.classid = d.classid AND e.objid = d.objid)
             OR i.type = 'database' AND i.identity = pg_catalog.quote_ident(pg_catalog.current_database()))`;

/**
 * The rest by the server's own list of who has what where: columns, objects outside schemas, and other databases, of
 * whose objects nothing but the number can be seen from here. What a role owns there is not in the fingerprint: its
 * temporary tables are counted too.
 */
const byDependency = `
    (WITH dependency AS MATERIALIZED (
       SELECT t.name AS role, CASE d.deptype WHEN 'o' THEN 'owns' ELSE 'privileges' END AS what,
              d.dbid, d.classid, d.objid, d.objsubid, d.count
         FROM scope_reported t
         JOIN scope_dependency d ON d.role = t.oid
        WHERE d.classid IS DISTINCT FROM 'pg_catalog.pg_type'::regclass)
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', d.what, 'role', d.role, 'schema', n.nspname,
             'counts', jsonb_build_object('column', pg_catalog.count(*)),
             'fingerprint', jsonb_build_array(d.what, d.role, n.nspname, 'column', ${digits('pg_catalog.count(*)')}))
      FROM dependency d
      JOIN pg_catalog.pg_class c ON c.oid = d.objid AND d.classid = 'pg_catalog.pg_class'::regclass
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM scope_schema s WHERE s.oid = n.oid)
     GROUP BY d.what, d.role, n.nspname
     UNION ALL
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', d.what, 'role', d.role, 'schema', i.schema,
             'counts', jsonb_build_object(i.type, pg_catalog.count(*)),
             'names', pg_catalog.to_jsonb((pg_catalog.array_agg(i.identity ORDER BY i.identity))[1:100]),
             'fingerprint', jsonb_build_array(d.what, d.role, i.schema, i.type, ${digits('pg_catalog.count(*)')}))
      FROM dependency d
     CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
     WHERE d.classid IS NOT NULL AND d.objsubid = 0 AND i.identity IS NOT NULL
       AND NOT (d.what = 'owns' AND EXISTS (
             SELECT FROM scope_owned o
              WHERE o.role = d.role AND o.type = ${word}
                AND (o.name = '*' OR i.identity IN (o.name, pg_catalog.quote_ident(o.name)))))
       AND NOT (d.what = 'privileges' AND EXISTS (
             SELECT FROM scope_object o
              WHERE o.schema IS NULL AND i.identity IN (o.name, pg_catalog.quote_ident(o.name)) AND o.type = ${word}))
       AND NOT (d.what = 'privileges' AND (SELECT c.is_database FROM scope_coverage c) AND ${isCovered})
     GROUP BY d.what, d.role, i.schema, i.type
     UNION ALL
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', 'elsewhere', 'role', e.role, 'database', e.database,
             'counts', pg_catalog.jsonb_object_agg(e.what, e.count),
             'fingerprint', CASE WHEN pg_catalog.bool_or(e.what = 'privileges')
                                 THEN jsonb_build_array(e.role, e.database) END)
      FROM (SELECT d.role, d.what, b.datname AS database, pg_catalog.sum(d.count) AS count
              FROM dependency d
              JOIN pg_catalog.pg_database b ON b.oid = d.dbid
             WHERE d.classid IS NULL
             GROUP BY 1, 2, 3) e
     GROUP BY e.role, e.database)`;

const defaults = `
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', 'defaults', 'role', t.name, 'schema', n.nspname,
             'owner', ${roleName('d.defaclrole')})
      FROM pg_catalog.pg_default_acl d
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
     CROSS JOIN LATERAL (SELECT DISTINCT x.grantee FROM pg_catalog.aclexplode(d.defaclacl) x
                          WHERE x.grantee <> d.defaclrole) a
      JOIN scope_reported t ON t.oid = a.grantee
     WHERE NOT EXISTS (SELECT FROM scope_schema s WHERE s.oid = d.defaclnamespace)
     GROUP BY t.name, n.nspname, d.defaclrole`;

/** Groups that are not the policy's own. ADMIN alone, from the bootstrap superuser, is what made the role; it is system state. */
const memberships = (hasOptions: boolean): string => `
    SELECT json_build_object('kind', 'outside_policy', 'what', 'member', 'role', t.name, 'group', g.rolname)
      FROM scope_reported t
      JOIN pg_catalog.pg_auth_members a ON a.member = t.oid
      JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
     WHERE t.is_managed AND a.roleid NOT IN (SELECT g.oid FROM scope_reported g WHERE g.is_managed)
       ${hasOptions ? 'AND (a.inherit_option OR a.set_option OR a.grantor <> 10)' : ''}
     GROUP BY t.name, g.rolname`;

const settings = `
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', 'settings', 'role', t.name, 'database', b.datname,
             'parameters', (SELECT pg_catalog.jsonb_agg(pg_catalog.split_part(x.setting, '=', 1) ORDER BY x.setting)
                              FROM pg_catalog.unnest(c.setconfig) AS x (setting)))
      FROM pg_catalog.pg_db_role_setting c
      JOIN scope_reported t ON t.oid = c.setrole AND t.is_managed
      LEFT JOIN pg_catalog.pg_database b ON b.oid = c.setdatabase`;

/**
 * What roles that the policy declares have where it does not look. Rows follow roles and places; a count is in the
 * fingerprint by its number of digits, so that a place where objects come and go stays quiet.
 */
export const outsidePolicyQuery: CatalogQuery = {
  sql: (pg) =>
    [inSchemas, byDependency, defaults, memberships(pg >= membershipOptionsSince), settings].join(
      '\n     UNION ALL',
    ),
};
