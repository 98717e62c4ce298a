import type { Way } from './way.ts';
import type { RoleGraph } from './graph.ts';
import type { PlanMode } from './mode.ts';

/** PostgreSQL major version, e.g. 17. */
export type PgMajor = number;

/** What the server says of itself and of this connection. */
export interface ServerFacts {
  readonly major: PgMajor;
  readonly database: string;
  /** The role everything is done as. */
  readonly user: string;
  /** The role that logged in: the same, unless the connection says setRole. */
  readonly login: string;
  readonly superuser: boolean;
  /** The bootstrap superuser, grantor of what PostgreSQL grants by itself. */
  readonly bootstrap: string;
}

/** What the connected role can do with other roles. Empty for a superuser, who needs none of it. */
export interface RoleRights {
  /** Roles whose privileges it has without more ado, and which it may become. */
  readonly usable: readonly string[];
  /** Roles whose privileges it has, but which it may not become. */
  readonly inherited: readonly string[];
  /** Roles it may become, but whose privileges it has only then. */
  readonly settable: readonly string[];
  /** Roles it may grant, also to itself. */
  readonly grantable: readonly string[];
  /** Attributes it has, of those that matter for other roles: `CREATEROLE` and the like. */
  readonly attributes: readonly string[];
  /** Whether it may make schemas in the database. */
  readonly createsSchemas: boolean;
  /** Schemas in scope on which it lacks USAGE, so that it cannot name what is in them. */
  readonly closedSchemas: readonly { readonly schema: string; readonly owner: string }[];
  /** What tells which database service runs the server: see provider.ts. Null where nothing does. */
  readonly service: {
    readonly admin: string;
    /** Directly or by way of other roles. */
    readonly isMember: boolean;
    readonly aurora: boolean;
  } | null;
  /** Memberships it gave itself before; up to PostgreSQL 15 all its direct ones. */
  readonly selfGranted: readonly {
    readonly role: string;
    readonly inherit: boolean;
    readonly set: boolean;
  }[];
  /** What these rights rest on, beside the attributes. */
  readonly ways: readonly Way[];
}

/** What covering and rendering may know beyond the facts themselves. */
export interface Live {
  readonly server: ServerFacts;
  readonly rights: RoleRights;
  readonly graph: RoleGraph;
  readonly mode: PlanMode;
  /** Roles that are the manifest's own: declared, generated or retired, and not external. */
  readonly managed: ReadonlySet<string>;
  /** What the roles it is about can become. */
  readonly reach: RoleReach;
  /** Whether a wildcard gives away nothing at all that others made: it was changed while it was given away. */
  readonly isCautious: boolean;
  /** Roles whose undeclared grants on objects are drift: managed and external ones, but those that preserve them. */
  readonly judged: ReadonlySet<string>;
  /** Role to version of its password source, for the sources that could be read. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The same, as it was when the passwords were last set. */
  readonly appliedPasswords: Readonly<Record<string, string>>;
  /** What the server has stored, by role: for the passwords that are known and that it lets us see. */
  readonly storedPasswords: ReadonlyMap<string, StoredPassword>;
}

/**
 * What a server has stored for a declared password: nothing, the declared one, the declared one in a form the server
 * no longer uses, or another one.
 */
export type StoredPassword = 'none' | 'declared' | 'outdated' | 'other';

/** Names, as SQL, of the objects in each group that a change touches: group key to names. */
export type GroupNames = ReadonlyMap<string, readonly string[]>;

/** Live rows, by the kind they belong to. */
export type LiveRows = ReadonlyMap<string, readonly unknown[]>;

type Attribute = 'superuser' | 'createdb' | 'createrole' | 'replication' | 'bypassrls';

/** What a role has itself, as far as it was looked at. */
interface RoleStanding {
  readonly role: string;
  readonly attributes: readonly Attribute[];
  readonly groups: readonly string[];
}

/** By role. Roles that are not there yet, or that nobody asked for, have no entry. */
export type RoleReach = ReadonlyMap<string, RoleStanding>;
