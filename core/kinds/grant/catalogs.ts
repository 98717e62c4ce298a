import type { PgMajor } from '../../live.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import type { GrantKind } from './object-grant.ts';

/** A catalog with the type that it has objects of: the first one, where types share it. */
export interface TypeCatalog extends ObjectCatalog {
  readonly type: string;
  /** Whether its objects are the schemas themselves. */
  readonly isSchema: boolean;
}

/** The catalogs of types that a server has, each once. */
export function catalogsOf(kinds: readonly GrantKind[], pg: PgMajor): TypeCatalog[] {
  const known = new Map<ObjectCatalog, TypeCatalog>();
  for (const { grantable } of kinds) {
    const { type, catalog, since = 0, isSchema = false } = grantable;
    if (since <= pg && !known.has(catalog)) known.set(catalog, { ...catalog, type, isSchema });
  }
  return [...known.values()];
}

/** SQL for the class of the objects in pg_depend and pg_shdepend. */
export function classOf({ relation, dependsAs = relation }: ObjectCatalog): string {
  return `'pg_catalog.${dependsAs}'::regclass`;
}

const firstSuperuser = '10::oid';

/** SQL for the OID of the owner of the object in a row. */
export function ownerIn({ owner }: ObjectCatalog, row: string): string {
  return owner === undefined ? firstSuperuser : `${row}.${owner}`;
}

/** A catalog of objects in schemas, excluding parts of other objects. */
export type SchemaCatalog = TypeCatalog & Required<Pick<TypeCatalog, 'schema'>>;

export function isInSchemas(catalog: TypeCatalog): catalog is SchemaCatalog {
  return catalog.schema !== undefined && catalog.part === undefined;
}

/** Objects outside schemas, excluding schemas. */
export function isOutsideSchemas({ schema, part, isSchema }: TypeCatalog): boolean {
  return schema === undefined && part === undefined && !isSchema;
}

/** Classes of objects that the inspection reads catalog by catalog rather than from pg_shdepend, as SQL. */
export function classesReadWhole(kinds: readonly GrantKind[], pg: PgMajor): string[] {
  return catalogsOf(kinds, pg)
    .filter(({ isFoundByRole }) => isFoundByRole !== true)
    .filter((catalog) => catalog.isSchema || isInSchemas(catalog))
    .map(classOf);
}
