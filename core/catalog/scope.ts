import type { ReportedRoles } from './reported-roles.ts';

/** The catalog rows that concern a policy. Queries use it as the CTEs `scope_role`, `scope_schema` and so on. */
export interface Scope extends ReportedRoles {
  /** Whether grants to PUBLIC (role 0) are read. */
  readonly public: boolean;
  /** Whether every schema of the database is read, except system schemas. */
  readonly database: boolean;
  readonly roles: readonly string[];
  /** Retired roles, each with the heir that gets what it owns, if any. */
  readonly retired: readonly { readonly role: string; readonly heir: string | undefined }[];
  /** Roles that settings start sessions as. Only the roles that they can become are read. */
  readonly sessionRoles: readonly string[];
  /** Roles with a declared password. */
  readonly passwords: readonly string[];
  readonly schemas: readonly string[];
  /** Declared owners, with the schema of the objects. */
  readonly ownerships: readonly { readonly owner: string; readonly schema: string | undefined }[];
  /** Wildcards that give objects to an owner, except code that other roles wrote. */
  readonly adoptions: readonly {
    readonly owner: string;
    readonly schema: string;
    readonly type: string;
  }[];
  /** Retired roles whose objects go to an heir, except code that other roles wrote. */
  readonly passedOn: readonly string[];
  /** Whether the roles that a role can become matter: to bounds, and to a new owner of other roles' code. */
  readonly reach: boolean;
  /** Types of objects in rules, by name or by wildcard. */
  readonly types: readonly string[];
  /**
   * Relations on which a role must have nothing, and so nothing on their columns. `*` is every relation of the schema.
   */
  readonly absences: readonly {
    readonly role: string;
    readonly schema: string;
    readonly name: string;
  }[];
  readonly objects: readonly {
    readonly type: string;
    readonly schema: string | undefined;
    readonly name: string;
    /** Parts of the name that a kind parsed: see `lookup` in grantable-type.ts. */
    readonly base?: string;
    readonly arguments?: readonly string[] | undefined;
  }[];
}
