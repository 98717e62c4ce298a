import type { Change } from './diff.ts';
import { factKey } from './diff.ts';
import { kindOf, kinds } from './registry.ts';

const rank = new Map(kinds.map(({ name }, index) => [name, index]));

/**
 * Changes in an order PostgreSQL accepts: what a change needs is created before it, and dropped after it.
 * Among changes that do not need each other drops come first, then the registry's order, then the key, so that
 * equal plans are equal byte for byte. Throws RangeError when changes need each other in a circle.
 */
export function orderChanges(changes: readonly Change[]): Change[] {
  const sorted = [...changes].sort(compareChanges);
  const byKey = new Map(sorted.map((change) => [factKey(change.fact), change]));
  const before = predecessors(sorted, byKey);
  const done = new Set<Change>();
  const open = new Set<Change>();
  const ordered: Change[] = [];
  const visit = (change: Change): void => {
    if (done.has(change)) return;
    if (open.has(change)) throw new RangeError(`changes need each other in a circle at ${factKey(change.fact)}`);
    open.add(change);
    for (const earlier of before.get(change) ?? []) visit(earlier);
    open.delete(change);
    done.add(change);
    ordered.push(change);
  };
  for (const change of sorted) visit(change);
  return ordered;
}

function predecessors(changes: readonly Change[], byKey: ReadonlyMap<string, Change>): Map<Change, Change[]> {
  const before = new Map<Change, Change[]>();
  const add = (later: Change, earlier: Change): void => {
    before.set(later, [...(before.get(later) ?? []), earlier]);
  };
  for (const change of changes) {
    for (const { kind, key } of kindOf(change.fact.kind).needs(change.fact)) {
      const needed = byKey.get(`${kind}\0${key}`);
      if (needed === undefined || needed === change) continue;
      if (needed.op !== 'drop') add(change, needed);
      else if (change.op === 'drop') add(needed, change);
    }
  }
  return before;
}

function compareChanges(left: Change, right: Change): number {
  return (
    Number(left.op !== 'drop') - Number(right.op !== 'drop') ||
    (rank.get(left.fact.kind) ?? 0) - (rank.get(right.fact.kind) ?? 0) ||
    compareText(left.op, right.op) ||
    compareText(factKey(left.fact), factKey(right.fact))
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
