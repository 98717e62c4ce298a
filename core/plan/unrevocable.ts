import type { Standings } from '../authority/means.ts';
import type { Fact } from '../fact.ts';
import type { Live } from '../live.ts';
import { type AuthorizedChange, type AuthorizedChanges, authorizeChange } from './authorize.ts';
import { dependentsOf } from './dependents.ts';
import { factKey, takesAway } from './diff.ts';

/** A change that would remove access and cannot be made, with what prevents it. */
export interface Unrevocable {
  /** The connected role lacks the right to make it, unless `onwards` prevents it. */
  readonly change: AuthorizedChange;
  /** Removals of what was granted onwards from it and stays. PostgreSQL would require CASCADE. */
  readonly onwards: readonly AuthorizedChange[];
}

/**
 * Sets aside access that cannot be revoked: the connected role lacks the right to revoke it, or something that stays was
 * granted onwards from it. The other changes can be made without these.
 */
export function setAside(
  { changes, standings }: AuthorizedChanges,
  observed: readonly Fact[],
  live: Live,
): { readonly changes: readonly AuthorizedChange[]; readonly unrevocable: readonly Unrevocable[] } {
  const removals = changes.filter(takesAway).sort(compareKeys);
  if (removals.length === 0) return { changes, unrevocable: [] };
  const aside = new Map<AuthorizedChange, readonly Fact[]>();
  for (const change of removals) if (change.authority.unmet.length > 0) aside.set(change, []);
  setAsideUpTheChain(removals, observed, aside);
  const kept = changes.filter((change) => !aside.has(change));
  const unrevocable = [...aside].map(([change, onwards]) => ({
    change,
    onwards: onwards.map((fact) => removalOf(fact, live, standings)),
  }));
  return { changes: kept, unrevocable };
}

function removalOf(fact: Fact, live: Live, standings: Standings): AuthorizedChange {
  return authorizeChange({ op: 'drop', fact }, live, standings);
}

/** Which of several changes is set aside must not depend on the order of rows. */
function compareKeys(left: AuthorizedChange, right: AuthorizedChange): number {
  return factKey(left.fact) < factKey(right.fact) ? -1 : 1;
}

/**
 * A grant that stays keeps the grants from which it was granted, and so on. A removal is examined again only when
 * something that needs what it removes was set aside.
 */
function setAsideUpTheChain(
  removals: readonly AuthorizedChange[],
  observed: readonly Fact[],
  aside: Map<AuthorizedChange, readonly Fact[]>,
): void {
  const dependents = dependentsOf(removals, observed);
  for (const change of aside.keys()) dependents.keep(change);
  const queued = new Set(removals.filter((change) => !aside.has(change)));
  for (const change of queued) {
    queued.delete(change);
    const onwards = dependents.of(change);
    if (onwards.length === 0) continue;
    aside.set(change, onwards);
    for (const affected of dependents.keep(change)) if (!aside.has(affected)) queued.add(affected);
  }
}
