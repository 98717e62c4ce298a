import type { Change } from './diff.ts';
import type { Count } from '../count.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { kindOf, kinds } from '../registry.ts';

/** Counts of changes, as the status field `change_summary` has them, by the keys that the kinds declare. */
export type ChangeSummary = Readonly<Record<string, number>> & { readonly total: number };

/** The fields of all kinds, in order. Kinds whose edits count as the same key declare it alike. */
const fields = new Map(
  kinds
    .flatMap(({ summary }) => Object.entries(summary))
    .sort(([, left], [, right]) => left.place - right.place),
);

const noChanges = Object.fromEntries([...fields.keys()].map((key) => [key, 0]));

export function summarizeChanges(changes: readonly Change[]): ChangeSummary {
  return finished(summarizeInParts(changes));
}

export function* summarizeInParts(changes: readonly Change[]): InParts<ChangeSummary> {
  const summary = { ...noChanges };
  let total = 0;
  const counted = new Set<string>();
  const counts: Count[] = [];
  const all = new Set<string>();
  const keyOf = (as: string, once: string): string => `${as}\0${once}`;
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
    summary[as] = (summary[as] ?? 0) + times;
    total += times;
  });
  return { ...summary, total };
}

/** `+3 grants -1 membership`: a summary short enough for one line of the Temporal UI. */
export function summaryLine(summary: ChangeSummary): string {
  const parts = [...fields].flatMap(([key, { line }]) => {
    const count = summary[key] ?? 0;
    if (line === undefined || count === 0) return [];
    const [sign, noun] = line;
    return [`${sign}${String(count)} ${noun}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no changes' : parts.join(' ');
}
