/**
 * Where PostgreSQL keeps the objects of a grantable type. Types that share a relation share one value. Everything that
 * lists catalogs, e.g. what a retired role owns, is computed from these: see catalogs.ts. Where a function takes `row`,
 * it returns SQL for that alias of the relation.
 */
export interface ObjectCatalog {
  /** The relation of pg_catalog with a row for each object, e.g. `pg_proc`. */
  readonly relation: string;
  /** The relation by which pg_depend and pg_shdepend identify the objects, where it is another one. */
  readonly dependsAs?: string;
  /** Column with the object's name. */
  readonly name: string;
  /** Column with the OID of the owner. Without it, every object belongs to the first superuser. */
  readonly owner?: string;
  readonly acl: string;
  /** Column with the OID of the schema, where the objects are in schemas. */
  readonly schema?: string;
  /** The objects are parts of others, whose owner they have: columns of relations. */
  readonly part?: PartOf;
  /** What a policy that covers the database covers of them, where they are outside schemas. */
  readonly covered?: 'own objects' | 'current database';
  /** What PostgreSQL requires of a new owner of an object outside schemas. Without it, any role can own them. */
  readonly ownerNeeds?: OwnerNeed;
  /** True if REASSIGN OWNED does not check whether the new owner has CREATE on the schema. */
  readonly isReassignedFreely?: true;
  /** Where the server looks for code of their owner in them, if they can have any. */
  readonly code?: 'pg_class' | 'pg_proc';
  /** Whether the object holds data that dropping it loses. */
  readonly holdsData?: (row: string) => string;
  /** What pg_identify_object() calls the object, where the type has several words. */
  readonly word?: (row: string) => string;
  /** Whether a row of the relation is an object that can have grants. */
  readonly isObject?: (row: string) => string;
  /** Whether rule object `rule` has the name of the object, where that is not its name alone. */
  readonly isNamed?: (row: string, rule: string) => string;
  /** Whether pg_shdepend finds the objects that concern a role, because the relation is too long to read. */
  readonly isFoundByRole?: true;
  /** What ownership rules see of an object, where that is more than type, schema and name. */
  readonly belonging?: BelongingSql;
}

/** Only superusers can own the objects and give them away, or an owner needs USAGE on another object. */
export type OwnerNeed = 'SUPERUSER' | { readonly usageOn: UsedObject };

/** An object that others refer to: foreign servers to their wrapper. */
interface UsedObject {
  readonly type: string;
  readonly catalog: ObjectCatalog & { readonly owner: string };
  /** Column with its OID in the relation of those others. */
  readonly column: string;
}

interface PartOf {
  readonly whole: ObjectCatalog;
  /** Columns of `relation`: the OID of the whole, and the number of the part in it. */
  readonly wholeOid: string;
  readonly number: string;
}

/** SQL for the columns of `Belonging` in retirement/owned.ts. The object's row is `x`. */
export interface BelongingSql {
  readonly type?: string;
  readonly schema?: string;
  readonly name: string;
  readonly names?: string;
  readonly subtype?: string;
  readonly follows?: string;
  readonly columns?: string;
  readonly code?: string;
  readonly sources?: string;
  /** JOIN and WHERE clauses behind the relation. */
  readonly rest: string;
}
