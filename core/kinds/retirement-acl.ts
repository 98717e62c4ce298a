import type { PgMajor } from '../kind.ts';

/**
 * Whose the object of dependency `d` of role `r` is, and who granted the role privileges on it: `granted`, a row for
 * each grantor. None where `d` is about no object's privileges; default privileges are no object's.
 */
export const grantedOn = (pg: PgMajor): string => `
                                           SELECT DISTINCT jsonb_build_object('owner', pg_catalog.pg_get_userbyid(${ownerOf}),
                                                    'grantor', pg_catalog.pg_get_userbyid(a.grantor)) AS granted
                                             FROM pg_catalog.aclexplode(${aclOf(pg)}) a
                                            WHERE d.what = 'privilege' AND a.grantee = r.oid`;

/** The first superuser's objects have no dependency on it. Source: isObjectPinned() in catalog.c. */
const ownerOf = `COALESCE((
                                                    SELECT o.refobjid FROM pg_catalog.pg_shdepend o
                                                     WHERE o.dbid = d.dbid AND o.classid = d.classid AND o.objid = d.objid
                                                       AND o.objsubid = 0 AND o.deptype = 'o'), 10)`;

const aclOf = (pg: PgMajor): string =>
  [
    'CASE d.classid',
    `  WHEN 'pg_catalog.pg_class'::regclass THEN CASE d.objsubid WHEN 0
         THEN (SELECT x.relacl FROM pg_catalog.pg_class x WHERE x.oid = d.objid)
         ELSE (SELECT x.attacl FROM pg_catalog.pg_attribute x WHERE x.attrelid = d.objid AND x.attnum = d.objsubid) END`,
    `  WHEN 'pg_catalog.pg_largeobject'::regclass
         THEN (SELECT x.lomacl FROM pg_catalog.pg_largeobject_metadata x WHERE x.oid = d.objid)`,
    ...privilegesIn(pg).map(
      ([catalog, acl]) => `  WHEN 'pg_catalog.${catalog}'::regclass
         THEN (SELECT x.${acl} FROM pg_catalog.${catalog} x WHERE x.oid = d.objid)`,
    ),
    'END',
  ].join('\n');

const privilegesIn = (pg: PgMajor): readonly (readonly [catalog: string, acl: string])[] => [
  ['pg_proc', 'proacl'],
  ['pg_type', 'typacl'],
  ['pg_namespace', 'nspacl'],
  ['pg_database', 'datacl'],
  ['pg_tablespace', 'spcacl'],
  ['pg_language', 'lanacl'],
  ['pg_foreign_data_wrapper', 'fdwacl'],
  ['pg_foreign_server', 'srvacl'],
  ...(pg >= 15 ? [['pg_parameter_acl', 'paracl'] as const] : []),
];
