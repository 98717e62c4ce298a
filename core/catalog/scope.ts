import type { ReportedRoles } from './reported-roles.ts';

/** Which catalog rows concern a policy. Queries see it as the CTEs `scope_role`, `scope_schema` and so on. */
export interface Scope extends ReportedRoles {
  /** Whether the grants of everyone are looked at: role 0, named PUBLIC. */
  readonly public: boolean;
  /** Whether every schema of the database is looked at, the system's excepted. */
  readonly database: boolean;
  readonly roles: readonly string[];
  /** Roles that go, each with the role that what it owns passes to, if any. */
  readonly retired: readonly { readonly role: string; readonly heir: string | undefined }[];
  /** Roles that settings start sessions as. Nothing but what they can become is looked at. */
  readonly sessionRoles: readonly string[];
  /** Roles with a declared password. */
  readonly passwords: readonly string[];
  readonly schemas: readonly string[];
  /** Who is to own objects where. */
  readonly ownerships: readonly { readonly owner: string; readonly schema: string | undefined }[];
  /** Where a wildcard gives objects to an owner, but not code that others wrote. */
  readonly adoptions: readonly {
    readonly owner: string;
    readonly schema: string;
    readonly type: string;
  }[];
  /** Retired roles whose objects go to an heir, but not code that others wrote. */
  readonly passedOn: readonly string[];
  /** Whether it matters what the roles can become: to bounds, and to whoever is given code of others. */
  readonly reach: boolean;
  /** Types of objects that rules speak of, by name or by wildcard. */
  readonly types: readonly string[];
  /** Relations on which a role is to have nothing, and so nothing on their columns: `*` is all of the schema. */
  readonly absences: readonly {
    readonly role: string;
    readonly schema: string;
    readonly name: string;
  }[];
  readonly objects: readonly {
    readonly type: string;
    readonly schema: string | undefined;
    readonly name: string;
    /** What a kind reads out of the name: see `lookup` in grantable-type.ts. */
    readonly base?: string;
    readonly arguments?: readonly string[] | undefined;
  }[];
}
