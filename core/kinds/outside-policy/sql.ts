import { membershipOptionsSince } from '../../membership-options.ts';
import { roleName } from '../../catalog/role-name.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import {
  type SchemaCatalog,
  type TypeCatalog,
  catalogsOf,
  classOf,
  isInSchemas,
  isOutsideSchemas,
  ownerIn,
} from '../grant/catalogs.ts';
import type { GrantKind } from '../grant/object-grant.ts';

/** Whether a role of the policy owns something in a schema without a declaration. */
const isUndeclared = (owner: string, namespace: string): string =>
  `${owner} IN (SELECT t.oid FROM scope_reported t)
                           AND (${owner}, ${namespace}) NOT IN (SELECT m.role, m.schema FROM scope_maker m)`;

/**
 * Objects of one catalog that interest anyone: those with an ACL that no other kind reads, and those that roles of
 * the policy own. Grouped as everywhere, so that the rows follow schemas and ACLs. OFFSET 0 keeps the flags from being
 * computed again where they are used.
 */
const groupsIn = (catalog: SchemaCatalog): string => {
  const { relation, acl, schema } = catalog;
  const {
    isObject = () => 'true',
    isNamed = (row, rule) => `${rule}.name = ${row}.${catalog.name}`,
  } = catalog;
  const owner = ownerIn(catalog, 'c');
  return `
          SELECT c.namespace, c.type, c.owner, c.acl, c.is_read, c.is_owned, pg_catalog.count(*) AS count
            FROM (SELECT c.${schema} AS namespace, ${wordIn(catalog)} AS type, ${owner} AS owner, c.${acl} AS acl,
                         c.${schema} IN (SELECT s.oid FROM scope_schema s)
                           AND (NOT e.is_member OR EXISTS (
                             SELECT FROM scope_object o JOIN scope_schema s ON s.name = o.schema
                              WHERE s.oid = c.${schema} AND ${isNamed('c', 'o')})) AS is_read,
                         NOT e.is_member AND ${isUndeclared(owner, `c.${schema}`)} AS is_owned
                    FROM pg_catalog.${relation} c
                   CROSS JOIN LATERAL (SELECT c.oid IN (SELECT m.objid FROM scope_brought_along m
                                                         WHERE m.classid = ${classOf(catalog)}) AS is_member) e
                   WHERE ${concernsRoles(catalog)} AND ${isObject('c')}
                     AND (${isUndeclared(owner, `c.${schema}`)}
                       OR c.${acl} IS NOT NULL
                          AND (c.${schema} NOT IN (SELECT s.oid FROM scope_schema s) OR e.is_member))
                  OFFSET 0) c
           WHERE c.is_owned OR NOT c.is_read AND c.acl IS NOT NULL
           GROUP BY 1, 2, 3, 4, 5, 6`;
};

function wordIn({ type, word }: TypeCatalog): string {
  return word?.('c') ?? `'${type.replaceAll('_', ' ')}'`;
}

/** Narrows a long relation to the objects that pg_shdepend lists for the roles in scope. */
function concernsRoles(catalog: TypeCatalog): string {
  return catalog.isFoundByRole === true
    ? `c.oid IN (SELECT d.objid FROM scope_dependency d WHERE d.classid = ${classOf(catalog)})`
    : 'true';
}

const schemasIn = (catalog: TypeCatalog): string => {
  const owner = ownerIn(catalog, 'n');
  return `
          SELECT n.oid, '${catalog.type}', ${owner}, n.${catalog.acl}, n.oid IN (SELECT s.oid FROM scope_schema s),
                 ${isUndeclared(owner, 'n.oid')}, 1
            FROM pg_catalog.${catalog.relation} n`;
};

const digits = (counts: string): string => `pg_catalog.length(${counts}::text)`;

/** Privileges and ownership in schemas: one row for each role and schema, with counts by type. Temporary objects are left out. */
const inSchemas = (catalogs: readonly TypeCatalog[]): string => `
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', h.what, 'role', h.role, 'schema', h.schema,
             'counts', pg_catalog.jsonb_object_agg(h.type, h.count),
             'fingerprint', jsonb_build_array(h.what, h.role, h.schema, pg_catalog.jsonb_object_agg(h.type, ${digits('h.count')})))
      FROM (SELECT a.what, t.name AS role, n.nspname AS schema, g.type, pg_catalog.sum(g.count) AS count
              FROM (${[...catalogs.filter(isInSchemas).map(groupsIn), ...catalogs.filter(({ isSchema }) => isSchema).map(schemasIn)].join('\n           UNION ALL')}) g
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

/** Whether `type` is what a manifest calls the type of dependency `d`. What is outside schemas has one word for it. */
const isOfType = (type: string, catalogs: readonly TypeCatalog[]): string => {
  const pairs = catalogs
    .filter(isOutsideSchemas)
    .map((catalog) => `(${classOf(catalog)}::oid, '${catalog.type}')`);
  return `(d.classid, ${type}) IN (${pairs.join(', ')})`;
};

/** Whether coverage of the whole database makes the privilege drift. */
const isCovered = (catalogs: readonly TypeCatalog[]): string => {
  const classes = (covered: TypeCatalog['covered']): string =>
    catalogs
      .filter((catalog) => catalog.covered === covered)
      .map(classOf)
      .join(', ');
  return `(
             d.classid IN (${classes('own objects')})
               AND NOT EXISTS (SELECT FROM scope_brought_along e WHERE e.classid = d.classid AND e.objid = d.objid)
             OR d.classid IN (${classes('current database')}) AND i.identity = pg_catalog.quote_ident(pg_catalog.current_database()))`;
};

/** Parts of objects on which a role has privileges: only they have a number in scope_dependency. */
const partsIn = (catalog: TypeCatalog): string[] => {
  const { type, part } = catalog;
  if (part === undefined) return [];
  const { relation, schema = '' } = part.whole;
  return [
    `
    SELECT json_build_object(
             'kind', 'outside_policy', 'what', d.what, 'role', d.role, 'schema', n.nspname,
             'counts', jsonb_build_object('${type}', pg_catalog.count(*)),
             'fingerprint', jsonb_build_array(d.what, d.role, n.nspname, '${type}', ${digits('pg_catalog.count(*)')}))
      FROM dependency d
      JOIN pg_catalog.${relation} c ON c.oid = d.objid AND d.classid = ${classOf(part.whole)} AND d.objsubid <> 0
      JOIN pg_catalog.pg_namespace n ON n.oid = c.${schema}
     WHERE NOT EXISTS (SELECT FROM scope_schema s WHERE s.oid = n.oid)
     GROUP BY d.what, d.role, n.nspname
     UNION ALL`,
  ];
};

/**
 * The rest from pg_shdepend: columns, objects outside schemas, and other databases, of whose objects only the number is
 * visible from here. The fingerprint leaves out what a role owns there, because that includes its temporary tables.
 */
const byDependency = (catalogs: readonly TypeCatalog[]): string => `
    (WITH dependency AS MATERIALIZED (
       SELECT t.name AS role, CASE d.deptype WHEN 'o' THEN 'owns' ELSE 'privileges' END AS what,
              d.dbid, d.classid, d.objid, d.objsubid, d.count
         FROM scope_reported t
         JOIN scope_dependency d ON d.role = t.oid
        WHERE ${isNotRead(catalogs)})${catalogs.flatMap(partsIn).join('')}
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
              WHERE o.role = d.role AND ${isOfType('o.type', catalogs)}
                AND (o.name = '*' OR i.identity IN (o.name, pg_catalog.quote_ident(o.name)))))
       AND NOT (d.what = 'privileges' AND EXISTS (
             SELECT FROM scope_object o
              WHERE o.schema IS NULL AND i.identity IN (o.name, pg_catalog.quote_ident(o.name)) AND ${isOfType('o.type', catalogs)}))
       AND NOT (d.what = 'privileges' AND (SELECT c.is_database FROM scope_coverage c) AND ${isCovered(catalogs)})
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

/** Whether dependency `d` is not about what `inSchemas` reads already. */
function isNotRead(catalogs: readonly TypeCatalog[]): string {
  const read = catalogs.filter(({ isFoundByRole }) => isFoundByRole === true).map(classOf);
  return `(d.classid IS NULL OR d.classid NOT IN (${read.join(', ')}))`;
}

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
 * fingerprint by its number of digits, so that objects that come and go there do not change it.
 */
export const outsidePolicyQuery = (kinds: readonly GrantKind[]): CatalogQuery => ({
  sql: (pg) => {
    const catalogs = catalogsOf(kinds, pg);
    const groups = memberships(pg >= membershipOptionsSince);
    return [inSchemas(catalogs), byDependency(catalogs), defaults, groups, settings].join(
      '\n     UNION ALL',
    );
  },
});
