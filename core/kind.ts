import type { Count } from './count.ts';
import type { Fact, Ref, Edit, Effect } from './fact.ts';
import type { PgMajor, Live, GroupNames } from './live.ts';
import type { Statement } from './statement.ts';
import type { WayTaking } from './way-taking.ts';
import type { Finding } from './finding.ts';
import type { Refusal } from './refusal.ts';
import type { Scope } from './catalog/scope.ts';

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
