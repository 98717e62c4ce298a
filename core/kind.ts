import type { Authorized } from './authorized.ts';
import type { Count, SummaryField } from './count.ts';
import type { Fact, Ref, Edit, Effect } from './fact.ts';
import type { Inspector } from './inspector.ts';
import type { Live, GroupNames } from './live.ts';
import type { Need, Lack } from './need.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';
import type { WayTaking } from './way-taking.ts';

/**
 * One PostgreSQL object kind. To add one, write one file, one line in the registry, and corpus folders. `Key` are the
 * keys of the status field `change_summary` that its edits count as.
 */
export interface ObjectKind<
  F extends Fact = Fact,
  Row = unknown,
  Key extends string = string,
> extends Inspector<Row> {
  readonly name: F['kind'];
  /** Its changes are made as early as possible, before drops too. */
  readonly comesFirst?: true;
  /**
   * The existing facts of this kind, without those that PostgreSQL itself maintains. A kind with very many facts
   * generates them one by one.
   */
  observed(rows: readonly Row[], live: Live): Iterable<F>;
  /** The declared facts. A wildcard becomes facts about the live rows here. */
  desired(rows: readonly Row[], live: Live): Iterable<F>;
  /** Named objects that the manifest needs and the rows do not contain, e.g. `schema "etl"`. */
  missing?(rows: readonly Row[], live: Live): readonly string[];
  /** Features in the manifest that the server is too old for, e.g. `MAINTAIN on tables (in 17 and later)`. */
  unsupported?(rows: readonly Row[], live: Live): readonly string[];
  /** The group of objects that a fact is about, if it does not name one object. */
  group?(fact: F): string | undefined;
  key(id: F['id']): string;
  /** Further keys by which a Ref can refer to this fact. */
  aliases?(fact: F): readonly string[];
  /** Creates come after these, drops before: the only ordering rule. */
  needs(fact: F): readonly Ref[];
  /** What must exist before the steps that precede the plan's own transaction: see steps.ts. */
  needsAhead?(fact: F): readonly Ref[];
  /** Whether the manifest decides about this fact, so that a fact it does not declare must be removed. */
  governs(fact: F, live: Live): boolean;
  effect(edit: Edit<F>): Effect;
  /** False for an edit that is made because nobody can see whether it is needed. It is no drift. Default true. */
  certain?(edit: Edit<F>, live: Live): boolean;
  /** The part of a fact that the plan's hash covers, if that is not its state. */
  meaning?(fact: F): object;
  /** The rights of other roles that this edit needs. */
  takes?(edit: Edit<F>, live: Live): readonly Need[];
  /** What else the connected role lacks to make this edit: attributes, and privileges on the database or on roles. */
  lacks?(edit: Edit<F>, live: Live): readonly Lack[];
  /** The role that this edit creates. Its creator can grant it. */
  creates?(fact: F): string | undefined;
  /** How it removes ways on which the rights of the connected role depend. */
  readonly ways?: WayTaking<F>;
  /** The role that this drops, at the end of the plan. Its memberships end with it. */
  drops?(fact: F): string | undefined;
  /** The role that has the access which a fact describes. */
  holder?(fact: F): string;
  /** The refusal of this edit, if it must not be made. */
  unsafe?(edit: Edit<F>, live: Live): Refusal | undefined;
  /** The op with which an edit is rendered, if PostgreSQL has one statement for several. Default its own. */
  renderedAs?(edit: Edit<F>): Edit<F>['op'];
  /**
   * The statements for edits that are rendered as one op, as few as have the same meaning. It yields undefined wherever
   * other work of the process may run first.
   */
  render(
    edits: readonly Authorized<Edit<F>>[],
    live: Live,
    names: GroupNames,
  ): Iterable<Statement | undefined>;
  /** One sentence, used by CLI, Event, log and UI alike. */
  explain(edit: Edit<F>): string;
  readonly summary: Readonly<Record<Key, SummaryField>>;
  counts(edit: Edit<F>): readonly Count<Key>[];
}
