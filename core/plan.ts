import { createHash } from 'node:crypto';
import type { Change } from './diff.ts';
import { diffFacts, factKey } from './diff.ts';
import type { Finding } from './finding.ts';
import type { LiveRows } from './inspection.ts';
import { desiredFacts, findingsOf, missingObjects, observedFacts } from './inspection.ts';
import type { GroupNames, Live, Statement, SummaryKey } from './kind.ts';
import { restrictChanges } from './mode.ts';
import { orderChanges } from './order.ts';
import { Refusal } from './refusal.ts';
import { kindOf } from './registry.ts';
import { lendRights } from './rights.ts';

/** What a policy would do to a database now. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly summary: ChangeSummary;
  /** SHA-256 over what the changes mean: equal for equal changes, whatever salt a verifier gets. */
  readonly hash: string;
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
 * Throws Refusal `MissingDatabaseObject` when the manifest names what the server does not have.
 */
export function planChanges(rows: LiveRows, live: Live): Plan {
  refuseMissing(missingObjects(rows, live), live.server.database);
  const changes = diffFacts(observedFacts(rows, live), desiredFacts(rows, live), live);
  const ordered = orderChanges(restrictChanges(changes, live.mode));
  return {
    changes: ordered,
    summary: summarizeChanges(ordered),
    hash: hashChanges(ordered),
    findings: findingsOf(rows, live),
  };
}

const shownObjects = 10;

function refuseMissing(missing: readonly string[], database: string): void {
  if (missing.length === 0) return;
  const more =
    missing.length > shownObjects ? ` and ${String(missing.length - shownObjects)} more` : '';
  throw new Refusal(
    'MissingDatabaseObject',
    `policy references objects that do not exist in target database ${JSON.stringify(database)}: ${missing.slice(0, shownObjects).join(', ')}${more}`,
    'Create the missing objects, remove them from the policy, or check that it points at the intended database.',
    missing,
  );
}

/** Groups of objects whose names the plan's statements need. */
export function groupsOf({ changes }: Plan): string[] {
  const groups = changes.flatMap(({ fact }) => kindOf(fact.kind).group?.(fact) ?? []);
  return [...new Set(groups)].sort();
}

/** The plan as SQL: runs of changes of one kind and op become as few statements as mean the same. */
export function renderPlan({ changes }: Plan, live: Live, names: GroupNames): Statement[] {
  const statements = runsOf(changes).flatMap((run) => {
    const [first] = run;
    return first === undefined ? [] : kindOf(first.fact.kind).render(run, live, names);
  });
  return lendRights(statements, live);
}

function runsOf(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  let last: Change | undefined;
  for (const change of changes) {
    if (last?.op === change.op && last.fact.kind === change.fact.kind) runs.at(-1)?.push(change);
    else runs.push([change]);
    last = change;
  }
  return runs;
}

/** One sentence for each change. */
export function explainPlan({ changes }: Plan): string[] {
  return changes.map((change) => kindOf(change.fact.kind).explain(change));
}

export function summarizeChanges(changes: readonly Change[]): ChangeSummary {
  const summary: Record<SummaryKey | 'total', number> = { ...noChanges };
  const counted = new Set<string>();
  const counts = changes.flatMap((change) => kindOf(change.fact.kind).counts(change));
  for (const { as, once, times = 1 } of counts) {
    const key = `${as}\0${once}`;
    if (counted.has(key)) continue;
    counted.add(key);
    summary[as] += times;
    summary.total += times;
  }
  return summary;
}

function hashChanges(changes: readonly Change[]): string {
  const meaning = changes.map((change) => [
    change.op,
    factKey(change.fact),
    sortedEntries(change.fact.state),
  ]);
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}

function sortedEntries(state: object): [string, unknown][] {
  return Object.entries(state).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** True when nothing but passwords would change: that a password was set before cannot be seen in the catalog. */
export function isPasswordOnly({ summary }: Plan): boolean {
  return summary.total === summary.passwords_set;
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
  ['+', 'grant', ['grants_added']],
  ['-', 'grant', ['grants_revoked']],
  ['+', 'default privilege', ['default_privileges_set']],
  ['-', 'default privilege', ['default_privileges_revoked']],
  ['+', 'membership', ['members_added']],
  ['-', 'membership', ['members_removed']],
  ['~', 'password', ['passwords_set']],
];
