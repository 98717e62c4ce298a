/** The manifest with profiles, schemas and defaults expanded: flat lists, nothing implied. */
export interface RoleGraph {
  readonly roles: readonly RoleSpec[];
  readonly schemas: readonly SchemaSpec[];
  readonly grants: readonly GrantSpec[];
  readonly defaultPrivileges: readonly DefaultPrivilegeSpec[];
  readonly memberships: readonly MembershipSpec[];
  readonly retirements: readonly RetirementSpec[];
}

export interface RoleSpec {
  readonly name: string;
  readonly login: boolean;
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly createrole: boolean;
  readonly inherit: boolean;
  readonly replication: boolean;
  readonly bypassrls: boolean;
  /** Concurrent sessions; -1 is unlimited. */
  readonly connectionLimit: number;
  readonly comment: string | undefined;
  /** Milliseconds since 1970, the instant the password expires; undefined never. */
  readonly validUntil: number | undefined;
  readonly password: PasswordSource | undefined;
}

export type PasswordSource =
  | { readonly from: 'secret'; readonly name: string; readonly key: string }
  | {
      readonly from: 'generate';
      readonly length: number;
      readonly name: string;
      readonly key: string;
    }
  | { readonly from: 'env'; readonly variable: string };

export interface SchemaSpec {
  readonly name: string;
  readonly owner: string | undefined;
}

/** The object type as the manifest spells it, e.g. `materialized_view`. */
interface ObjectTarget {
  readonly type: string;
  readonly schema: string | undefined;
  /** `*` is every object of the type in the schema. */
  readonly name: string;
}

export interface GrantSpec {
  readonly role: string;
  readonly privileges: readonly string[];
  readonly object: ObjectTarget;
}

export interface DefaultPrivilegeSpec {
  readonly owner: string;
  readonly schema: string;
  readonly onType: string;
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export interface MembershipSpec {
  readonly role: string;
  readonly member: string;
  readonly inherit: boolean;
  readonly admin: boolean;
}

export interface RetirementSpec {
  readonly role: string;
  readonly reassignOwnedTo: string | undefined;
  readonly dropOwned: boolean;
  readonly terminateSessions: boolean;
}
