/** The manifest with profiles, schemas and defaults expanded: flat lists, nothing implied. */
export interface RoleGraph {
  readonly roles: readonly RoleSpec[];
  readonly schemas: readonly SchemaSpec[];
  readonly grants: readonly GrantSpec[];
  readonly defaultPrivileges: readonly DefaultPrivilegeSpec[];
  readonly memberships: readonly MembershipSpec[];
  /** Memberships that are to be gone whoever decides the group's members. */
  readonly absentMemberships: readonly MembershipPair[];
  /** Groups not of the policy whose members are exactly the ones declared. */
  readonly exclusiveGroups: readonly string[];
  readonly ownerships: readonly OwnershipSpec[];
  readonly retirements: readonly RetirementSpec[];
  readonly coverage: Coverage;
}

/**
 * What undeclared access of the policy's roles is drift: that in what the manifest names, or all in the database.
 * What is not drift is reported as a finding.
 */
type Coverage = 'declared' | 'database';

export interface RoleSpec {
  readonly name: string;
  /** Someone else creates and alters it; it must be there. */
  readonly external: boolean;
  /** What it was granted beside the declared grants stays. */
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
  /** Milliseconds since 1970, the instant the password expires; undefined never. */
  readonly validUntil: number | undefined;
  readonly password: PasswordSource | undefined;
  /** Settings of its sessions by parameter name, all of them; undefined when nothing is said of them. */
  readonly config: RoleConfig | undefined;
  /** The same, for its sessions in the policy's database. */
  readonly databaseConfig: RoleConfig | undefined;
}

/** Lower-case parameter name to value. */
export type RoleConfig = Readonly<Record<string, SettingValue>>;

/** Text as ALTER ROLE ... SET reads it; the elements of it where the parameter is a list: see setting-list.ts. */
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

/** Whether access is to be there, or is to be gone whoever manages the grantee. */
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
  /** Undefined for objects in whatever schema. */
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
  /** Undefined where nothing is said: true, and before PostgreSQL 16 whatever the member role has for all its groups. */
  readonly inherit: boolean | undefined;
  readonly admin: boolean;
  /** May become the group with SET ROLE. */
  readonly set: boolean;
}

/** Who should own objects, schemas excepted. */
export interface OwnershipSpec {
  readonly owner: string;
  readonly object: ObjectTarget;
  /** Whether a wildcard also gives away code that runs with the owner's rights, whoever wrote it. */
  readonly adoptCode: boolean;
}

export interface RetirementSpec {
  readonly role: string;
  readonly reassignOwnedTo: string | undefined;
  readonly dropOwned: boolean;
  readonly terminateSessions: boolean;
  /** Consent to what `dropOwned` destroys: tables, schemas and other things that hold data. */
  readonly allowDataLoss: boolean;
  /** Consent to giving the successor code that runs with its rights. */
  readonly adoptCode: boolean;
}
