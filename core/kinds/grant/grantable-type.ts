import type { AclEntry, ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import type { Edit, Ref } from '../../fact.ts';
import type { Live, PgMajor } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import type { GrantFact } from './fact.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import type { Power } from '../role/authority.ts';

/** The differences between grantable object types. */
export interface GrantableType {
  /** As the manifest spells it, e.g. `materialized_view`. */
  readonly type: string;
  /** After GRANT ... ON, e.g. `TABLE`. */
  readonly keyword: string;
  /** The privileges of the type. Source: PostgreSQL manual, 5.8, table 5.2. */
  readonly privileges: readonly string[];
  /** What PUBLIC has on a new object by default. Source: acldefault() in acl.c. */
  readonly everyone?: readonly string[];
  /** The type in the plural, for messages. */
  readonly plural: string;
  /** After ALTER, if the manifest can give the type's objects to an owner. */
  readonly ownerKeyword?: string;
  /** Attribute that ALTER ... OWNER TO needs, in addition to the owner's rights. Source: AlterDatabaseOwner(), AlterForeignDataWrapperOwner(). */
  readonly ownerPower?: Power;
  /** Keyword and plural of subtypes, where they differ from the type's. */
  readonly subtypes?: Readonly<
    Record<string, { readonly keyword: string; readonly plural: string }>
  >;
  /** The first PostgreSQL major that has the type, and that of each privilege that came later. */
  readonly since?: PgMajor;
  readonly privilegesSince?: Readonly<Record<string, PgMajor>>;
  /**
   * The words that a manifest can use for the type, each with the subtypes that it means, e.g. `domain` for domains
   * only. Without it, the type means every row.
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** A name for messages, where that is not the manifest's own. */
  readonly readable?: (name: string) => string;
  /** True if only superusers can create and use such objects: a grant on one makes others as powerful. */
  readonly isForSuperusers?: true;
  /** True for a type without code whose catalog also has objects with code of their owner: sequences. */
  readonly hasNoCode?: true;
  /** True if a manifest does not name it as an object type: columns. */
  readonly hidden?: true;
  /** A revocation on such an object also revokes on its columns, which have ACLs of their own. */
  readonly hasColumns?: true;
  /** True if the rights of the connected role can rest on privileges on such an object: see way.ts. */
  readonly isWay?: true;
  /** Where PostgreSQL keeps the objects. */
  readonly catalog: ObjectCatalog;
  readonly inspect: CatalogQuery;
  /** The type in default privileges, if it has them. */
  readonly defaults?: DefaultPrivileges;
  /** The rows as they are after the plan's other changes, if those change owners. */
  readonly settle?: (rows: readonly ObjectGroup[], live: Live) => readonly ObjectGroup[];
  /** Grants in addition to the rules, e.g. those that repair an owner's own privileges. */
  readonly besides?: (rows: readonly ObjectGroup[], live: Live) => readonly GrantRequest[];
  /** Whether the grantor of an entry keeps a grant option that is not in the row itself. */
  readonly keepsOption?: (entry: AclEntry, row: ObjectGroup, live: Live) => boolean;
  /** Absence rules for the whole that a row is part of. They forbid the same on the row. */
  readonly forbiddenByWhole?: (row: ObjectGroup, live: Live) => readonly GrantSpec[];
  /** Grants on the whole that a row is part of, which include the row: a table's include its columns. */
  readonly fromWhole?: (row: ObjectGroup, live: Live) => readonly GrantFact['id'][];
  readonly needs?: (fact: GrantFact) => readonly Ref[];
  /** Statements for edits of one op, if the syntax is more than privileges, ON, keyword and names. */
  readonly render?: (edits: readonly Edit<GrantFact>[]) => readonly Statement[];
  /** The parts of a rule's name by which `inspect` finds the object. */
  readonly lookup?: (name: string) => {
    readonly base: string;
    readonly arguments: readonly string[] | undefined;
  };
  /** True for types whose objects are outside schemas. */
  readonly outsideSchemas?: true;
  /** True for schemas: the object is itself the schema that comes into scope. */
  readonly isSchema?: true;
}

interface DefaultPrivileges {
  /** In ALTER DEFAULT PRIVILEGES. */
  readonly keyword: string;
  /** In pg_default_acl. */
  readonly letter: string;
  /** The first PostgreSQL version that has them. */
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

/** Whether objects of the type have an owner and can run code with that owner's rights. */
export function canHaveCode({ catalog, hasNoCode }: GrantableType): boolean {
  return catalog.code !== undefined && catalog.part === undefined && hasNoCode !== true;
}
