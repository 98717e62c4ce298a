import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, isOwn } from '../../../acl.ts';
import type { CatalogQuery } from '../../../catalog/catalog-query.ts';

/** Where the objects of a type are that is in no schema, and what its catalog's columns are called. */
interface Catalog {
  /** The type as the manifest spells it. */
  readonly type: string;
  /** Name of the catalog, e.g. `pg_language`. */
  readonly catalog: string;
  readonly name: string;
  readonly owner: string;
  readonly acl: string;
  /** The type's letter in acldefault(). */
  readonly letter: string;
}

/**
 * Objects that rules name and, where the policy covers the whole database, those that `covered` is true of and on
 * which a role in scope has an entry: a query for rows as grants want them, the catalog being `x` in its conditions.
 * What is not grantable is left out. `nearMiss` is SQL for rows that say why a name means no such object.
 */
export function objectsOutsideSchemas(
  catalog: Catalog,
  conditions: {
    readonly covered: string;
    readonly isGrantable?: string;
    readonly nearMiss?: string;
  },
): CatalogQuery {
  const { covered, isGrantable = 'true', nearMiss } = conditions;
  const rows = rowsOf(catalog, covered, isGrantable);
  return {
    concerns: ({ database, types }) => database || types.includes(catalog.type),
    sql: () => (nearMiss === undefined ? rows : `${rows}\n     UNION ALL${nearMiss}`),
  };
}

function rowsOf(
  { type, catalog, name, owner, acl, letter }: Catalog,
  covered: string,
  isGrantable: string,
): string {
  const isNamed = `x.${name} IN (SELECT o.name FROM scope_object o WHERE o.type = '${type}')`;
  return `
    SELECT json_build_object(
             'kind', '${type}_grant', 'schema', NULL, 'name', x.${name}, 'sql', pg_catalog.quote_ident(x.${name}),
             'group', NULL, 'owner', ${roleName(`x.${owner}`)}, 'count', 1,
             'acl', ${aclJson(`x.${acl}`, `x.${owner}`, `'${letter}'`)})
      FROM pg_catalog.${catalog} x
     WHERE ${isGrantable}
       AND (${isNamed}
         OR (SELECT c.is_database FROM scope_coverage c) AND ${covered}
            AND EXISTS (SELECT FROM pg_catalog.aclexplode(x.${acl}) a
                          JOIN scope_role r ON r.oid = a.grantee AND r.oid <> 0
                         WHERE a.grantee <> x.${owner}))`;
}

/** All but what belongs to an extension. */
export function ownObjects(catalog: string): string {
  return isOwn(catalog, 'x.oid');
}
