import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, isOwn } from '../../../acl.ts';
import type { CatalogQuery } from '../../../catalog/catalog-query.ts';
import type { ObjectCatalog } from '../object-catalog.ts';

/** Objects with an owner, outside schemas, each with a name of its own. */
export interface NamedObjects {
  /** The type as the manifest spells it. */
  readonly type: string;
  readonly catalog: ObjectCatalog & { readonly owner: string };
  /** The type's letter in acldefault(). */
  readonly letter: string;
  /** SQL that is true for a row `x` of the catalog on which PostgreSQL accepts grants. */
  readonly isGrantable?: string;
  /** SELECT of rows that say why a name means no such object. */
  readonly nearMiss?: string;
}

/**
 * Objects that rules name and, where the policy covers the whole database, those that the type's `covered` includes and
 * on which a role in scope has an entry.
 */
export function objectsOutsideSchemas(objects: NamedObjects): CatalogQuery {
  const rows = rowsOf(objects);
  const { type, nearMiss } = objects;
  return {
    concerns: ({ database, types }) => database || types.includes(type),
    sql: () => (nearMiss === undefined ? rows : `${rows}\n     UNION ALL${nearMiss}`),
  };
}

function rowsOf({ type, catalog, letter, isGrantable = 'true' }: NamedObjects): string {
  const { relation, name, owner, acl } = catalog;
  return `
    SELECT json_build_object(
             'kind', '${type}_grant', 'schema', NULL, 'name', x.${name}, 'sql', pg_catalog.quote_ident(x.${name}),
             'group', NULL, 'owner', ${roleName(`x.${owner}`)}, 'count', 1,
             'acl', ${aclJson(`x.${acl}`, `x.${owner}`, `'${letter}'`)})
      FROM pg_catalog.${relation} x
     WHERE ${isGrantable}
       AND (x.${name} IN (SELECT o.name FROM scope_object o WHERE o.type = '${type}')
         OR (SELECT c.is_database FROM scope_coverage c) AND ${isCovered(catalog)}
            AND EXISTS (SELECT FROM pg_catalog.aclexplode(x.${acl}) a
                          JOIN scope_role r ON r.oid = a.grantee AND r.oid <> 0
                         WHERE a.grantee <> x.${owner}))`;
}

function isCovered({ covered, relation, name }: ObjectCatalog): string {
  if (covered === undefined) return 'false';
  return covered === 'own objects'
    ? isOwn(relation, 'x.oid')
    : `x.${name} = pg_catalog.current_database()`;
}
