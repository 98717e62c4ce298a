import { isOwn } from '../../acl.ts';
import { type TypeCatalog, classOf, isInSchemas } from '../grant/catalogs.ts';

const condition = `
                              `;

/** Whether the privilege of dependency `d` is one that kinds read, so that the same plan revokes it. */
export const isRevoked = (catalogs: readonly TypeCatalog[]): string =>
  [
    ...catalogs.filter(({ part }) => part === undefined).map(isRead),
    `${condition}d.classid = 'pg_catalog.pg_default_acl'::regclass`,
  ].join(`
                           OR`);

function isRead(catalog: TypeCatalog): string {
  if (catalog.isSchema) return isInScope(catalog, 'oid');
  return isInSchemas(catalog) ? isInScope(catalog, catalog.schema) : isNamed(catalog);
}

/** Objects in a schema in scope, and their parts, except those of extensions: kinds read their grants. */
function isInScope(catalog: TypeCatalog, schema: string): string {
  const { relation } = catalog;
  return `${condition}d.classid = ${classOf(catalog)} AND ${isOwn(relation, 'd.objid')} AND EXISTS (
                                SELECT FROM pg_catalog.${relation} x JOIN scope_schema s ON s.oid = x.${schema} WHERE x.oid = d.objid)`;
}

/** Objects outside schemas, if rules name them. */
function isNamed(catalog: TypeCatalog): string {
  const { type, relation, name } = catalog;
  return `${condition}d.classid = ${classOf(catalog)} AND EXISTS (
                                SELECT FROM pg_catalog.${relation} x JOIN scope_object o ON o.type = '${type}' AND COALESCE(o.base, o.name) = x.${name}::text
                                 WHERE x.oid = d.objid)`;
}
