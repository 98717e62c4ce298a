import type { Rule } from './bounds/rule.ts';
import type { RoleReach } from './authority/reach.ts';
import type { Way, WayTaking } from './authority/way.ts';
import type { NamedObject } from './kinds/owner-code.ts';
import type { Finding } from './finding.ts';
import type { RoleGraph } from './graph.ts';
import type { PlanMode } from './plan/mode.ts';
import type { Refusal } from './refusal.ts';
import type { Step } from './plan/step.ts';
import type { Scope } from './inspect/scope.ts';
import type { StoredPassword } from './inspect/stored-password.ts';

/** PostgreSQL major version, e.g. 17. */
export type PgMajor = number;

type Json =
  string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** One thing that is true of a server, or should be. `id` says of what, `state` says what. */
export interface Fact {
  readonly kind: string;
  readonly id: { readonly [field: string]: string | undefined };
  readonly state: { readonly [field: string]: Json };
}

/** Points at a fact without carrying it. `key` is what the kind's `key(id)` returns. */
export interface Ref {
  readonly kind: string;
  readonly key: string;
}

/** The difference between what is and what should be, for one fact. */
export type Edit<F extends Fact> =
  | { readonly op: 'create'; readonly fact: F }
  | { readonly op: 'alter'; readonly from: F; readonly fact: F }
  | { readonly op: 'drop'; readonly fact: F };

/** What an edit does to people's access. Modes and risk are decided by it, not by kind names. */
export type Effect = 'adds' | 'changes' | 'removes' | 'destroys';

/** What the worst outcome of a statement is. */
type Risk = 'none' | 'loses access' | 'loses data';

/** SQL to run, one statement without its semicolon, with the reason a person reads. */
export interface Statement {
  readonly text: string;
  readonly why: string;
  readonly risk: Risk;
  /** Roles whose access it changes, `PUBLIC` for everyone. What a group has, its members have too. */
  readonly affects: readonly string[];
  /** Role whose SCRAM verifier, as a literal, is appended when the statement is sent. */
  readonly password?: string;
  /** Role to become for this statement: the grantor whose grant is revoked. */
  readonly as?: string;
  /** The role this creates: whoever creates a role may grant it. */
  readonly creates?: string;
  /** The role this drops: memberships in it go with it. */
  readonly drops?: string;
  /** What it is about, as SQL, where that is a list in its text which may be shorter too. */
  readonly objects?: readonly string[];
  /** Roles whose rights it takes to run this, unless the connected role has them anyway: owners. */
  readonly rights?: readonly string[];
  /** Roles it makes owners: the connected role must be able to become them too. */
  readonly becomes?: readonly string[];
  /** An object that is given away because it runs no code with its owner's rights: it must be so when it is locked. */
  readonly runsNoCode?: NamedObject;
  /** Whose a routine, or whatever a role owns, becomes by it. `database`: where it is not the policy's own. */
  readonly gives?: (
    { readonly routine: string } | { readonly of: string; readonly database: string | undefined }
  ) & { readonly to: string };
  /** The step before the plan's own transaction that this is part of. */
  readonly ahead?: Step;
  /** What earlier steps did and stays though this fails, e.g. `role "legacy" cannot log in any more`. */
  readonly stays?: string;
}

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
  /** The bounds of the policy; none where a person applies. */
  readonly rules: readonly Rule[];
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

/** Names, as SQL, of the objects in each group that a change touches: group key to names. */
export type GroupNames = ReadonlyMap<string, readonly string[]>;

/** The keys of the status field `change_summary`, without its total. */
export type SummaryKey =
  | 'roles_created'
  | 'roles_altered'
  | 'roles_dropped'
  | 'sessions_terminated'
  | 'schemas_created'
  | 'schema_owners_altered'
  | 'object_owners_altered'
  | 'grants_added'
  | 'grants_revoked'
  | 'default_privileges_set'
  | 'default_privileges_revoked'
  | 'members_added'
  | 'members_removed'
  | 'passwords_set';

/**
 * A catalog read: a SELECT of one `json` column, an object with the kind's name under `kind`.
 * It may use the CTEs of inspection.ts. Kinds that share one query share this value, and it runs once.
 */
export interface CatalogQuery {
  sql(pg: PgMajor, scope: Scope): string;
  /** Whether it can have rows for a scope; without it, it always can. What is left out the server need not plan. */
  concerns?(scope: Scope): boolean;
  /** SELECT of `group_key` and `name` (as SQL) of the members of the groups in CTE `wanted_group`. */
  members?(pg: PgMajor): string;
}

/** A role's privileges, the right to become it, or ADMIN OPTION on it. */
export interface Need {
  readonly role: string;
  readonly right: 'privileges' | 'become' | 'admin';
  /** Other rights are needed at the same time, so that to become the role is no way to its privileges. */
  readonly besides?: true;
  /** What is made by the right hangs on it from then on: it must not be lost later in the plan either. */
  readonly lasting?: true;
}

/** What the connected role lacks, and what would help, e.g. `run ALTER ROLE "admin" CREATEROLE`. */
export interface Lack {
  readonly what: string;
  readonly remedy: string;
}

/** What a kind has to know of other databases of the server. Its `inspect` runs there too. */
interface Elsewhere<Row> {
  /** The databases, by the rows of the policy's own. */
  databases(rows: readonly Row[], live: Live): readonly string[];
  /** The row that stands for a database that could not be looked at. */
  unreadable(database: string, reason: string): Row;
}

/** One PostgreSQL object kind. Adding one is one file, one line in the registry, and corpus folders. */
export interface ObjectKind<F extends Fact = Fact, Row = unknown> {
  readonly name: F['kind'];
  readonly inspect?: CatalogQuery;
  /** Its rows are followed by those of other databases. */
  readonly elsewhere?: Elsewhere<Row>;
  /** Further kinds whose rows this one looks at too. */
  readonly reads?: readonly string[];
  /** Its changes are made as early as can be, before drops too. */
  readonly comesFirst?: true;
  /** Checks one row's shape, and throws when the server said something unknown. */
  decode(row: unknown): Row;
  /**
   * What is, as this kind's facts. System state (what PostgreSQL itself maintains) is left out. Where there can be very
   * many, they are made as they are asked for.
   */
  observed(rows: readonly Row[], live: Live): Iterable<F>;
  /** What should be. Wildcards are laid over the live rows here. */
  desired(rows: readonly Row[], live: Live): Iterable<F>;
  /** Named things the manifest needs and the rows do not have, e.g. `schema "etl"`. */
  missing?(rows: readonly Row[], live: Live): readonly string[];
  /** What the manifest wants and the server is too old for, e.g. `MAINTAIN on tables (in 17 and later)`. */
  unsupported?(live: Live, rows: readonly Row[]): readonly string[];
  /** What a person should know of the rows though the policy does not change it. */
  findings?(rows: readonly Row[], live: Live): readonly Finding[];
  /** The group of objects a fact speaks of, when it does not name one. */
  group?(fact: F): string | undefined;
  key(id: F['id']): string;
  /** Further keys a Ref may point at this fact with. */
  aliases?(fact: F): readonly string[];
  /** Creates come after these, drops before: the only ordering rule. */
  needs(fact: F): readonly Ref[];
  /** What must be there before the steps ahead of the plan's own transaction: see steps.ts. */
  needsAhead?(fact: F): readonly Ref[];
  /** Whether the manifest speaks for this fact, so that its absence there means it must go. */
  governs(fact: F, live: Live): boolean;
  effect(edit: Edit<F>): Effect;
  /** False for an edit that is made because nobody can see whether it is needed: it is no drift. Default true. */
  certain?(edit: Edit<F>, live: Live): boolean;
  /** What of a fact the plan's hash covers, when that is not its state. */
  meaning?(fact: F): object;
  /** What this edit takes of the connected role, where that is more than it has by itself. */
  takes?(edit: Edit<F>, live: Live): readonly Need[];
  /** What else the connected role lacks to make this edit: attributes, and privileges on the database. */
  lacks?(edit: Edit<F>, live: Live): readonly Lack[];
  /** The role that this creates: whoever creates a role may grant it. */
  creates?(fact: F): string | undefined;
  /** How it takes what the rights of the connected role rest on. */
  readonly ways?: WayTaking<F>;
  /** The role that this drops, at the end of the plan: memberships of and in it go with it. */
  drops?(fact: F): string | undefined;
  /** The role whose access a fact is. */
  holder?(fact: F): string;
  /** Why this edit must not be made, if so. */
  unsafe?(edit: Edit<F>, live: Live): Refusal | undefined;
  /** The op that an edit is rendered with, where PostgreSQL has one statement for several. Default its own. */
  renderedAs?(edit: Edit<F>): Edit<F>['op'];
  /** The statements for edits that are rendered as one op, as few as mean the same. */
  render(edits: readonly Edit<F>[], live: Live, names: GroupNames): Rendered;
  /** One sentence, used by CLI, Event, log and UI alike. */
  explain(edit: Edit<F>): string;
  counts(edit: Edit<F>): readonly Count[];
}

/** Statements, and undefined wherever other work of the process may run before more of them are made. */
type Rendered = Iterable<Statement | undefined>;

/** What an edit counts as. */
export interface Count {
  readonly as: SummaryKey;
  /** Edits with the same key count once: the privileges of one grant. */
  readonly once: string;
  /** It counts for nothing where the same key counts as this: the settings of a role that is created. */
  readonly unless?: SummaryKey;
  /** How many it counts for: the objects in a group. Default 1. */
  readonly times?: number;
}

/** What an op does unless a kind says otherwise. */
export function usualEffect(edit: Edit<Fact>): Effect {
  switch (edit.op) {
    case 'create':
      return 'adds';
    case 'alter':
      return 'changes';
    case 'drop':
      return 'removes';
  }
}

/** The same for access, which an edit gives or takes; `addsWhenAltered` says which when it was there and stays. */
export function accessEffect<F extends Fact>(
  edit: Edit<F>,
  addsWhenAltered: (from: F, to: F) => boolean,
): Effect {
  if (edit.op !== 'alter') return usualEffect(edit);
  return addsWhenAltered(edit.from, edit.fact) ? 'adds' : 'removes';
}
