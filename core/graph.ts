/** The expanded manifest: profiles, schemas and defaults as flat lists in which nothing is implied. */
export interface RoleGraph {
  readonly roles: readonly RoleSpec[];
  readonly schemas: readonly SchemaSpec[];
  readonly grants: readonly GrantSpec[];
  readonly defaultPrivileges: readonly DefaultPrivilegeSpec[];
  readonly memberships: readonly MembershipSpec[];
  /** Memberships that must not exist, even in a group whose members the policy does not decide. */
  readonly absentMemberships: readonly MembershipPair[];
  /** Groups outside the policy whose members are exactly the declared ones. */
  readonly exclusiveGroups: readonly string[];
  readonly ownerships: readonly OwnershipSpec[];
  readonly retirements: readonly RetirementSpec[];
  readonly coverage: Coverage;
}

/**
 * Which undeclared access of the policy's roles is drift: access to what the manifest names, or all access in the
 * database. Other access is reported as a finding.
 */
type Coverage = 'declared' | 'database';

export interface RoleSpec {
  readonly name: string;
  /** Someone else creates and alters the role, and it must exist. */
  readonly external: boolean;
  /** Undeclared grants of the role stay. */
  readonly preserveUndeclaredGrants: boolean;
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
  /** Milliseconds since 1970 at which the password expires. Undefined means never. */
  readonly validUntil: number | undefined;
  readonly password: PasswordSource | undefined;
  /** All settings of the role's sessions, by parameter name. Undefined if the manifest does not mention settings. */
  readonly config: RoleConfig | undefined;
  /** The same, for sessions in the policy's database. */
  readonly databaseConfig: RoleConfig | undefined;
}

/** Lower-case parameter name to value. */
export type RoleConfig = Readonly<Record<string, SettingValue>>;

/** Text as ALTER ROLE ... SET reads it. For a list parameter, its elements: see setting-list.ts. */
export type SettingValue = string | readonly string[];

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

/** Whether the access must exist, or must not exist even if another policy manages the grantee. */
type Ensure = 'present' | 'absent';

export interface GrantSpec {
  /** A role, or `PUBLIC`: see public.ts. */
  readonly role: string;
  readonly privileges: readonly string[];
  readonly object: ObjectTarget;
  readonly ensure: Ensure;
  /** WITH GRANT OPTION. */
  readonly grantable: boolean;
}

export interface DefaultPrivilegeSpec {
  readonly owner: string;
  /** Undefined for objects in every schema. */
  readonly schema: string | undefined;
  readonly onType: string;
  /** A role, or `PUBLIC`. */
  readonly grantee: string;
  readonly privileges: readonly string[];
  readonly ensure: Ensure;
  /** WITH GRANT OPTION. */
  readonly grantable: boolean;
}

export interface MembershipPair {
  readonly role: string;
  readonly member: string;
}

export interface MembershipSpec extends MembershipPair {
  /**
   * Undefined if the manifest does not mention it. It then means true; before PostgreSQL 16, the member role's own
   * INHERIT attribute decides.
   */
  readonly inherit: boolean | undefined;
  readonly admin: boolean;
  /** The member can SET ROLE to the group. */
  readonly set: boolean;
}

/** The declared owner of an object. Schemas declare their owners themselves. */
export interface OwnershipSpec {
  readonly owner: string;
  readonly object: ObjectTarget;
  /** Whether a wildcard also gives away code that runs with the owner's rights, whatever its author. */
  readonly adoptCode: boolean;
}

export interface RetirementSpec {
  readonly role: string;
  readonly reassignOwnedTo: string | undefined;
  readonly dropOwned: boolean;
  readonly terminateSessions: boolean;
  /** Consent to the loss of what `dropOwned` drops: tables, schemas and other objects that contain data. */
  readonly allowDataLoss: boolean;
  /** Consent to give the heir code that runs with its rights. */
  readonly adoptCode: boolean;
}
