import type { AclEntry, ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import type { Edit, Ref } from '../../fact.ts';
import type { Live, PgMajor } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import type { GrantFact } from './fact.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import type { Power } from '../role/authority.ts';

/** What sets one grantable object type apart from the others. */
export interface GrantableType {
  /** As the manifest spells it, e.g. `materialized_view`. */
  readonly type: string;
  /** After GRANT ... ON, e.g. `TABLE`. */
  readonly keyword: string;
  /** Privileges PostgreSQL knows for the type. Source: PostgreSQL manual, 5.8, table 5.2. */
  readonly privileges: readonly string[];
  /** What PUBLIC has on a new object unless something else is said. Source: acldefault() in acl.c. */
  readonly everyone?: readonly string[];
  /** The type in the plural, for people. */
  readonly plural: string;
  /** After ALTER, where the type's objects have owners of their own and the manifest gives them so. */
  readonly ownerKeyword?: string;
  /** Attribute it takes to give one away, beside being its owner. Source: AlterDatabaseOwner(), AlterForeignDataWrapperOwner(). */
  readonly ownerPower?: Power;
  /** Keyword and plural of the subtypes of rows that have others. */
  readonly subtypes?: Readonly<
    Record<string, { readonly keyword: string; readonly plural: string }>
  >;
  /** The first PostgreSQL major that has the type, and those of privileges that came later than it. */
  readonly since?: PgMajor;
  readonly privilegesSince?: Readonly<Record<string, PgMajor>>;
  /**
   * Words a manifest may use as type of these objects, each with the subtypes of rows it means, e.g. `domain` for
   * domains only. Without it, the type means every row.
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** A name as people read it, where it is not the manifest's own. */
  readonly readable?: (name: string) => string;
  /** True for what a manifest names in another way than as an object type: columns. */
  readonly hidden?: true;
  /** What is taken on such an object is taken on its columns too, which have entries of their own. */
  readonly hasColumns?: true;
  /** True where privileges of the connected role on it decide what else it may do: see way.ts. */
  readonly isWay?: true;
  /** Where PostgreSQL keeps the objects. */
  readonly catalog: ObjectCatalog;
  readonly inspect: CatalogQuery;
  /** What of it concerns default privileges, where the type has them. */
  readonly defaults?: DefaultPrivileges;
  /** Rows as they will be once the plan's other changes are made, where those change owners. */
  readonly settle?: (rows: readonly ObjectGroup[], live: Live) => readonly ObjectGroup[];
  /** Grants beside the rules, e.g. those that repair an owner's own privileges. */
  readonly besides?: (rows: readonly ObjectGroup[], live: Live) => readonly GrantRequest[];
  /** Whether the grantor of an entry may grant by more than entries of the row, and keeps that. */
  readonly keepsOption?: (entry: AclEntry, row: ObjectGroup, live: Live) => boolean;
  /** Absence rules for the whole that a row is part of, which forbid the same on the row. */
  readonly forbiddenByWhole?: (row: ObjectGroup, live: Live) => readonly GrantSpec[];
  /** What grants on the whole that a row is part of give on it too: a table's on its columns. */
  readonly fromWhole?: (row: ObjectGroup, live: Live) => readonly GrantFact['id'][];
  readonly needs?: (fact: GrantFact) => readonly Ref[];
  /** Statements for edits of one op, where privileges are not followed by ON, keyword and names alone. */
  readonly render?: (edits: readonly Edit<GrantFact>[]) => readonly Statement[];
  /** What a name that a rule gives says beyond itself, for `inspect` to find the object by. */
  readonly lookup?: (name: string) => {
    readonly base: string;
    readonly arguments: readonly string[] | undefined;
  };
  /** True for types that live outside schemas. */
  readonly outsideSchemas?: true;
  /** True for schemas: an object of this type is itself the schema that comes into scope. */
  readonly isSchema?: true;
}

interface DefaultPrivileges {
  /** In ALTER DEFAULT PRIVILEGES. */
  readonly keyword: string;
  /** In pg_default_acl. */
  readonly letter: string;
  /** The first PostgreSQL major that has them. */
  readonly since?: PgMajor;
}

/** Privileges that a grantee should have on the objects of a row. */
export interface GrantRequest {
  readonly row: ObjectGroup;
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export function grantKindName({ type }: GrantableType): string {
  return `${type}_grant`;
}

export function readableName({ readable }: GrantableType, name: string): string {
  return readable?.(name) ?? name;
}
