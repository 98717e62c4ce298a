import { createdRoles, lacksFor } from './lacks-of-changes.ts';
import { type Change, factKey, takesAway } from './diff.ts';
import { dependentsOf } from './dependents.ts';
import type { Need } from '../need.ts';
import type { Fact } from '../fact.ts';
import type { Live } from '../live.ts';

/** A change that would take access away and cannot be made, with what is in its way. */
export interface Unrevocable {
  readonly change: Change;
  /** What the connected role lacks. */
  readonly lacks: readonly Need[];
  /** What was granted onwards from it and stays: PostgreSQL would ask for CASCADE. */
  readonly onwards: readonly Fact[];
}

/**
 * Sets aside what cannot be revoked: what the connected role has no right to revoke, and what something that stays
 * was granted onwards from. The other changes can be made without them.
 */
export function setAside(
  changes: readonly Change[],
  observed: readonly Fact[],
  live: Live,
): { readonly changes: readonly Change[]; readonly unrevocable: readonly Unrevocable[] } {
  const removals = changes.filter(takesAway).sort(compareKeys);
  if (removals.length === 0) return { changes, unrevocable: [] };
  const created = createdRoles(changes);
  const aside = new Map<Change, Unrevocable>();
  for (const change of removals) {
    const lacks = lacksFor(change, live, created);
    if (lacks.length > 0) aside.set(change, { change, lacks, onwards: [] });
  }
  setAsideUpTheChain(removals, observed, aside);
  const kept = changes.filter((change) => !aside.has(change));
  return { changes: kept, unrevocable: [...aside.values()] };
}

/** Of two ways to the same end the first is set aside: it must not depend on the order of rows. */
function compareKeys(left: Change, right: Change): number {
  return factKey(left.fact) < factKey(right.fact) ? -1 : 1;
}

/**
 * What is set aside may keep what it was granted from, and so on until nothing more is found. A removal is looked at
 * again only when something that needs what it takes away was set aside.
 */
function setAsideUpTheChain(
  removals: readonly Change[],
  observed: readonly Fact[],
  aside: Map<Change, Unrevocable>,
): void {
  const dependents = dependentsOf(removals, observed);
  for (const change of aside.keys()) dependents.keep(change);
  const queued = new Set(removals.filter((change) => !aside.has(change)));
  for (const change of queued) {
    queued.delete(change);
    const onwards = dependents.of(change);
    if (onwards.length === 0) continue;
    aside.set(change, { change, lacks: [], onwards });
    for (const affected of dependents.keep(change)) if (!aside.has(affected)) queued.add(affected);
  }
}
