import { type TypeCatalog, classOf, ownerIn } from '../grant/catalogs.ts';

/**
 * The owner of the object of dependency `d` of role `r`, and the grantors of the role's privileges on it: `granted`,
 * one row for each grantor. No rows if `d` is not about privileges on an object, or about default privileges. `c` is
 * the database.
 */
export const grantedOn = (catalogs: readonly TypeCatalog[]): string => `
                                           SELECT DISTINCT jsonb_build_object(
                                                    'owner', ${actingFor('x.owner')}, 'grantor', pg_catalog.pg_get_userbyid(a.grantor),
                                                    'grantorRights', ${actingFor('a.grantor')}, 'byOwner', a.grantor = x.owner) AS granted
                                             FROM (${objectOf(catalogs)}) x
                                            CROSS JOIN LATERAL pg_catalog.aclexplode(x.acl) a
                                            WHERE d.what = 'privilege' AND a.grantee = r.oid`;

/**
 * The role whose rights another role stands for. Nobody can be a member of pg_database_owner except the owner of the
 * database, which has its rights.
 */
const actingFor = (role: string): string =>
  `pg_catalog.pg_get_userbyid(CASE pg_catalog.pg_get_userbyid(${role}) WHEN 'pg_database_owner' THEN c.datdba ELSE ${role} END)`;

/**
 * Owner and ACL of the object of dependency `d`, from its own catalog: pg_shdepend does not have the owners that come
 * with PostgreSQL. Source: isObjectPinned() in catalog.c.
 */
export const objectOf = (catalogs: readonly TypeCatalog[]): string =>
  catalogs.map(selectOwnerAndAcl).join(' UNION ALL');

function selectOwnerAndAcl(catalog: TypeCatalog): string {
  const { relation, acl, part } = catalog;
  if (part === undefined)
    return `
                                              SELECT ${ownerIn(catalog, 'o')} AS owner, o.${acl} AS acl FROM pg_catalog.${relation} o
                                               WHERE d.classid = ${classOf(catalog)} AND o.oid = d.objid AND d.objsubid = 0`;
  const { whole, wholeOid, number } = part;
  return `
                                              SELECT ${ownerIn(whole, 'o')} AS owner, u.${acl} AS acl FROM pg_catalog.${whole.relation} o
                                                JOIN pg_catalog.${relation} u ON u.${wholeOid} = o.oid
                                               WHERE d.classid = ${classOf(whole)} AND o.oid = d.objid
                                                 AND u.${number} = d.objsubid AND d.objsubid <> 0`;
}
