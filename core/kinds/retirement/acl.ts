import type { PgMajor } from '../../live.ts';

/**
 * Whose the object of dependency `d` of role `r` is, and who granted the role privileges on it: `granted`, a row for
 * each grantor. None where `d` is about no object's privileges; default privileges are no object's. `c` is the database.
 */
export const grantedOn = (pg: PgMajor): string => `
                                           SELECT DISTINCT jsonb_build_object(
                                                    'owner', ${actingFor('x.owner')}, 'grantor', pg_catalog.pg_get_userbyid(a.grantor),
                                                    'grantorRights', ${actingFor('a.grantor')}, 'byOwner', a.grantor = x.owner) AS granted
                                             FROM (${objectOf(pg)}) x
                                            CROSS JOIN LATERAL pg_catalog.aclexplode(x.acl) a
                                            WHERE d.what = 'privilege' AND a.grantee = r.oid`;

/**
 * Whose rights are those of a role. Nobody is granted pg_database_owner: the owner of the database has its rights there.
 */
const actingFor = (role: string): string =>
  `pg_catalog.pg_get_userbyid(CASE pg_catalog.pg_get_userbyid(${role}) WHEN 'pg_database_owner' THEN c.datdba ELSE ${role} END)`;

/**
 * Owner and ACL of the object of dependency `d`, from its own catalog: pg_shdepend does not have the owners that come
 * with PostgreSQL. A parameter belongs to the first superuser. Source: isObjectPinned() in catalog.c.
 */
export const objectOf = (pg: PgMajor): string =>
  [
    `
                                              SELECT o.relowner AS owner, o.relacl AS acl FROM pg_catalog.pg_class o
                                               WHERE d.classid = 'pg_catalog.pg_class'::regclass AND o.oid = d.objid AND d.objsubid = 0`,
    `
                                              SELECT o.relowner, u.attacl FROM pg_catalog.pg_class o
                                                JOIN pg_catalog.pg_attribute u ON u.attrelid = o.oid
                                               WHERE d.classid = 'pg_catalog.pg_class'::regclass AND o.oid = d.objid
                                                 AND u.attnum = d.objsubid AND d.objsubid <> 0`,
    `
                                              SELECT o.lomowner, o.lomacl FROM pg_catalog.pg_largeobject_metadata o
                                               WHERE d.classid = 'pg_catalog.pg_largeobject'::regclass AND o.oid = d.objid`,
    ...catalogs(pg).map(
      ([catalog, owner, acl]) => `
                                              SELECT ${owner}, o.${acl} FROM pg_catalog.${catalog} o
                                               WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND o.oid = d.objid`,
    ),
  ].join(' UNION ALL');

const catalogs = (
  pg: PgMajor,
): readonly (readonly [catalog: string, owner: string, acl: string])[] => [
  ['pg_proc', 'o.proowner', 'proacl'],
  ['pg_type', 'o.typowner', 'typacl'],
  ['pg_namespace', 'o.nspowner', 'nspacl'],
  ['pg_database', 'o.datdba', 'datacl'],
  ['pg_tablespace', 'o.spcowner', 'spcacl'],
  ['pg_language', 'o.lanowner', 'lanacl'],
  ['pg_foreign_data_wrapper', 'o.fdwowner', 'fdwacl'],
  ['pg_foreign_server', 'o.srvowner', 'srvacl'],
  ...(pg >= 15 ? [['pg_parameter_acl', '10', 'paracl'] as const] : []),
];
