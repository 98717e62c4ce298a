import type { Change } from './diff.ts';
import type { Count, SummaryKey } from '../count.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';

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

export function summarizeChanges(changes: readonly Change[]): ChangeSummary {
  return finished(summarizeInParts(changes));
}

export function* summarizeInParts(changes: readonly Change[]): InParts<ChangeSummary> {
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
