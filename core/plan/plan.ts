import { createHash } from 'node:crypto';
import { distinct } from '../distinct.ts';
import { uncertainChanges } from './certainty.ts';
import { withSchemaOwners } from './closed-schemas.ts';
import { type Change, diffInParts, factKey, renderedOpOf } from './diff.ts';
import type { Finding } from '../finding.ts';
import {
  desiredInParts,
  findingsOf,
  missingInParts,
  observedInParts,
  unsupportedWishes,
} from '../inspect/live-rows.ts';
import type { LiveRows, GroupNames, Live } from '../live.ts';
import type { Count, SummaryKey } from '../count.ts';
import type { Statement } from '../statement.ts';
import { listed } from '../listed.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { restrictChanges } from './restrict.ts';
import { orderInParts } from './order.ts';
import { Refusal } from '../refusal.ts';
import { kindOf } from '../registry.ts';
import { rolesCreatedBy, lendRights } from '../authority/rights.ts';
import { withDropsAtEnd, withDropsLast } from './role-drops.ts';
import { inSteps } from './steps.ts';
import { changesToDelay } from './ways.ts';
import { type Unrevocable, setAside } from './unrevocable.ts';
import { tellUnrevocable } from './unrevocable-findings.ts';

/** What a policy would do to a database now. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Whether roles are dropped after all else, because it takes their rights. */
  readonly dropsAtEnd: boolean;
  /** What should go too and stays, because this connection cannot revoke it. */
  readonly unrevocable: readonly Unrevocable[];
  readonly summary: ChangeSummary;
  /** SHA-256 over what the changes mean: equal for equal changes, whatever salt or version a password gets. */
  readonly hash: string;
  /** Number of changes of which nobody can see whether they are needed. They are no drift. */
  readonly uncertain: number;
  /** What a person should know and the plan does not change. Not part of the hash. */
  readonly findings: readonly Finding[];
}

/** Counts of changes, as the status field `change_summary` has them. */
export type ChangeSummary = Readonly<Record<SummaryKey | 'total', number>>;

const noChanges: ChangeSummary = {
  roles_created: 0,
  roles_altered: 0,
  roles_dropped: 0,
  sessions_terminated: 0,
  schemas_created: 0,
  schema_owners_altered: 0,
  object_owners_altered: 0,
  grants_added: 0,
  grants_revoked: 0,
  default_privileges_set: 0,
  default_privileges_revoked: 0,
  members_added: 0,
  members_removed: 0,
  passwords_set: 0,
  total: 0,
};

/**
 * Lays the graph over the live rows: diff, restrict by mode, order.
 * Throws Refusal `MissingDatabaseObject` when the manifest names what the server does not have, and
 * `UnsupportedServer` when only a later version has it.
 */
export function planChanges(rows: LiveRows, live: Live): Plan {
  return finished(planInParts(rows, live));
}

export function* planInParts(rows: LiveRows, live: Live): InParts<Plan> {
  yield* refuseImpossible(rows, live);
  const observed = yield* observedInParts(rows, live);
  const desired = yield* desiredInParts(rows, live);
  const changes = yield* diffInParts(observed, desired, live);
  const possible = setAside(restrictChanges(changes, live.mode), observed, live);
  yield;
  const first = yield* orderInParts(possible.changes);
  const late = changesToDelay(first, live);
  yield;
  const ordered = late.size === 0 ? first : yield* orderInParts(possible.changes, late);
  const summary = yield* summarizeInParts(ordered);
  const hash = yield* hashChanges(ordered);
  const uncertain = uncertainChanges(ordered, live).length;
  yield;
  const findings = findingsOf(rows, live);
  return {
    changes: ordered,
    dropsAtEnd: late.size > 0,
    unrevocable: possible.unrevocable,
    summary,
    hash,
    uncertain,
    findings,
  };
}

/** What is not there need not be taken away. */
function* refuseImpossible(rows: LiveRows, live: Live): InParts<void> {
  if (live.mode === 'revoke') return;
  refuseUnsupported(rows, live);
  yield;
  refuseMissing(yield* missingInParts(rows, live), live.server.database);
}

function refuseUnsupported(rows: LiveRows, live: Live): void {
  const unsupported = unsupportedWishes(rows, live);
  if (unsupported.length === 0) return;
  throw new Refusal(
    'UnsupportedServer',
    `the server is PostgreSQL ${String(live.server.major)}, too old for ${unsupported.join(', ')}`,
    'Remove it from the policy, or upgrade the server.',
  );
}

const shownObjects = 10;

function refuseMissing(missing: readonly string[], database: string): void {
  if (missing.length === 0) return;
  throw new Refusal(
    'MissingDatabaseObject',
    `policy references objects that do not exist in target database ${JSON.stringify(database)}: ${listed(missing, shownObjects)}`,
    'Create the missing objects, remove them from the policy, or check that it points at the intended database.',
    missing,
  );
}

/** Groups of objects whose names the plan's statements need, and what is told of it. */
export function groupsOf({ changes, unrevocable }: Plan): string[] {
  const facts = [
    ...changes.map(({ fact }) => fact),
    ...unrevocable.flatMap(({ change, onwards }) => [change.fact, ...onwards]),
  ];
  const groups = facts.flatMap((fact) => kindOf(fact.kind).group?.(fact) ?? []);
  return distinct(groups);
}

/** A plan whose findings tell what could not be revoked too, by the names of the objects. */
export function withUnrevocable(plan: Plan, live: Live, names: GroupNames): Plan {
  const findings = [...plan.findings, ...tellUnrevocable(plan.unrevocable, live, names)];
  return { ...plan, findings };
}

/** The plan as SQL: runs of changes of one kind and op become as few statements as mean the same. */
export function renderPlan(plan: Plan, live: Live, names: GroupNames): Statement[] {
  return finished(renderInParts(plan, live, names));
}

export function* renderInParts(
  { changes, dropsAtEnd }: Plan,
  live: Live,
  names: GroupNames,
): InParts<Statement[]> {
  const early = neededAhead(changes);
  const first = yield* renderChanges(changes.filter(isIn(early)), live, names);
  const others = yield* renderChanges(changes.filter(isIn(early, false)), live, names);
  const rest = dropsAtEnd ? withDropsAtEnd(others, live) : withDropsLast(others);
  const ahead = { stage: 'prepare' } as const;
  const statements = [...first.map((statement) => ({ ...statement, ahead })), ...rest];
  const created = rolesCreatedBy(statements);
  return inSteps(statements).flatMap((group) => {
    const step = group[0]?.ahead;
    const lent = lendRights(group, live, created);
    return step === undefined ? lent : lent.map((statement) => ({ ...statement, ahead: step }));
  });
}

/** Keys of facts that steps ahead of the plan's transaction need, e.g. whom objects in other databases pass to. */
function neededAhead(changes: readonly Change[]): ReadonlySet<string> {
  const refs = changes.flatMap(({ fact }) => kindOf(fact.kind).needsAhead?.(fact) ?? []);
  return new Set(refs.map(({ kind, key }) => `${kind}\0${key}`));
}

function isIn(keys: ReadonlySet<string>, wanted = true): (change: Change) => boolean {
  return ({ op, fact }) => (op === 'create' && keys.has(factKey(fact))) === wanted;
}

function* renderChanges(
  changes: readonly Change[],
  live: Live,
  names: GroupNames,
): InParts<readonly Statement[]> {
  const rendered: Statement[] = [];
  for (const run of runsOf(changes)) {
    const [first] = run;
    if (first === undefined) continue;
    const statements: Statement[] = [];
    for (const statement of kindOf(first.fact.kind).render(run, live, names)) {
      if (statement === undefined) yield;
      else statements.push(statement);
    }
    yield;
    yield* forEachInParts(withSchemaOwners(statements, run, live), (statement) => {
      rendered.push(statement);
    });
    yield;
  }
  return rendered;
}

function runsOf(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  let last = '';
  for (const change of changes) {
    const key = `${renderedOpOf(change)} ${change.fact.kind}`;
    if (key === last) runs.at(-1)?.push(change);
    else runs.push([change]);
    last = key;
  }
  return runs;
}

/** One sentence for each change. */
export function explainPlan({ changes }: Plan): string[] {
  return changes.map((change) => kindOf(change.fact.kind).explain(change));
}

export function summarizeChanges(changes: readonly Change[]): ChangeSummary {
  return finished(summarizeInParts(changes));
}

function* summarizeInParts(changes: readonly Change[]): InParts<ChangeSummary> {
  const summary: Record<SummaryKey | 'total', number> = { ...noChanges };
  const counted = new Set<string>();
  const counts: Count[] = [];
  const all = new Set<string>();
  const keyOf = (as: SummaryKey, once: string): string => `${as}\0${once}`;
  yield* forEachInParts(changes, (change) => {
    for (const count of kindOf(change.fact.kind).counts(change)) {
      counts.push(count);
      all.add(keyOf(count.as, count.once));
    }
  });
  yield* forEachInParts(counts, ({ as, once, unless, times = 1 }) => {
    const key = keyOf(as, once);
    if (counted.has(key) || (unless !== undefined && all.has(keyOf(unless, once)))) return;
    counted.add(key);
    summary[as] += times;
    summary.total += times;
  });
  return summary;
}

/** Of the JSON of a list, which is never there as one text. */
function* hashChanges(changes: readonly Change[]): InParts<string> {
  const hash = createHash('sha256').update('[');
  let isFirst = true;
  yield* forEachInParts(changes, ({ op, fact }) => {
    const state = sortedEntries(kindOf(fact.kind).meaning?.(fact) ?? fact.state);
    hash.update(`${isFirst ? '' : ','}${JSON.stringify([op, factKey(fact), state])}`);
    isFirst = false;
  });
  return hash.update(']').digest('hex');
}

function sortedEntries(state: object): [string, unknown][] {
  return Object.entries(state).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** `+3 grants -1 membership`: a summary short enough for one line of the Temporal UI. */
export function summaryLine(summary: ChangeSummary): string {
  const parts = lineParts.flatMap(([sign, noun, keys]) => {
    const count = keys.reduce((sum, key) => sum + summary[key], 0);
    return count === 0 ? [] : [`${sign}${String(count)} ${noun}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no changes' : parts.join(' ');
}

const lineParts: readonly (readonly [string, string, readonly SummaryKey[]])[] = [
  ['+', 'role', ['roles_created']],
  ['~', 'role', ['roles_altered']],
  ['-', 'role', ['roles_dropped']],
  ['+', 'schema', ['schemas_created']],
  ['~', 'schema owner', ['schema_owners_altered']],
  ['~', 'object owner', ['object_owners_altered']],
  ['+', 'grant', ['grants_added']],
  ['-', 'grant', ['grants_revoked']],
  ['+', 'default privilege', ['default_privileges_set']],
  ['-', 'default privilege', ['default_privileges_revoked']],
  ['+', 'membership', ['members_added']],
  ['-', 'membership', ['members_removed']],
  ['~', 'password', ['passwords_set']],
];
