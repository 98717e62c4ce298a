import type { Way } from './way.ts';
import type { RoleGraph } from './graph.ts';
import type { PlanMode } from './mode.ts';

/** PostgreSQL major version, e.g. 17. */
export type PgMajor = number;

/** What the server reports about itself and this connection. */
export interface ServerFacts {
  readonly major: PgMajor;
  readonly database: string;
  /** The role that runs every statement. */
  readonly user: string;
  /** The role that logged in. It is the same, unless the connection has setRole. */
  readonly login: string;
  readonly superuser: boolean;
  /** The bootstrap superuser, the grantor of what PostgreSQL itself grants. */
  readonly bootstrap: string;
}

/** What the connected role can do with other roles. Empty for a superuser, which needs none of it. */
export interface RoleRights {
  /** Roles whose privileges it has, and to which it can SET ROLE. */
  readonly usable: readonly string[];
  /** Roles whose privileges it has, but to which it cannot SET ROLE. */
  readonly inherited: readonly string[];
  /** Roles to which it can SET ROLE, and whose privileges it has only then. */
  readonly settable: readonly string[];
  /** Roles that it can grant, also to itself. */
  readonly grantable: readonly string[];
  /** Its attributes that matter for other roles: `CREATEROLE` and the like. */
  readonly attributes: readonly string[];
  /** Whether it can create schemas in the database. */
  readonly createsSchemas: boolean;
  /** Schemas in scope on which it lacks USAGE, so that it cannot name their objects. */
  readonly closedSchemas: readonly { readonly schema: string; readonly owner: string }[];
  /** The facts that identify the database service of the server: see provider.ts. Null if there is none. */
  readonly service: {
    readonly admin: string;
    /** Directly or through other roles. */
    readonly isMember: boolean;
    readonly aurora: boolean;
  } | null;
  /** Memberships that it granted to itself before. Up to PostgreSQL 15, all its direct ones. */
  readonly selfGranted: readonly {
    readonly role: string;
    readonly inherit: boolean;
    readonly set: boolean;
  }[];
  /** What these rights depend on, in addition to the attributes. */
  readonly ways: readonly Way[];
}

/** What wildcards and rendering can use in addition to the facts. */
export interface Live {
  readonly server: ServerFacts;
  readonly rights: RoleRights;
  readonly graph: RoleGraph;
  readonly mode: PlanMode;
  /** Roles that are the manifest's own: declared, generated or retired, and not external. */
  readonly managed: ReadonlySet<string>;
  /** Declared roles that do not exist, so that the plan creates them. */
  readonly newRoles: ReadonlySet<string>;
  /** The roles that the policy's roles can become. */
  readonly reach: RoleReach;
  /** Whether a wildcard gives away no code of others at all, because it was changed during the apply. */
  readonly isCautious: boolean;
  /** Roles whose undeclared grants on objects are drift: managed and external ones, except those that preserve them. */
  readonly judged: ReadonlySet<string>;
  /** Role to version of its password source, for the sources that could be read. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The same, for the passwords that were last set. */
  readonly appliedPasswords: Readonly<Record<string, string>>;
  /** The stored passwords by role, for passwords that are known and that the connection can read. */
  readonly storedPasswords: ReadonlyMap<string, StoredPassword>;
}

/**
 * The stored password compared with the declared one: none, the declared one, the declared one in a form that the
 * server no longer uses, or another one.
 */
export type StoredPassword = 'none' | 'declared' | 'outdated' | 'other';

/** Names, as SQL, of the objects in each group that a change touches: group key to names. */
export type GroupNames = ReadonlyMap<string, readonly string[]>;

/** Live rows, by the kind they belong to. */
export type LiveRows = ReadonlyMap<string, readonly unknown[]>;

type Attribute = 'superuser' | 'createdb' | 'createrole' | 'replication' | 'bypassrls';

/** The attributes and groups of a role itself, as far as they were read. */
interface RoleStanding {
  readonly role: string;
  readonly attributes: readonly Attribute[];
  readonly groups: readonly string[];
}

/** By role. A role that does not exist yet, or was not requested, has no entry. */
export type RoleReach = ReadonlyMap<string, RoleStanding>;
