import { createdRoles, lacksFor } from './authority.ts';
import type { Change } from '../plan/diff.ts';
import { aliasesOf, factKey, neededBy, takesAway } from '../plan/diff.ts';
import { grouped } from '../grouped.ts';
import type { Fact, Live, Need } from '../kind.ts';

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

/** What is set aside may keep what it was granted from, and so on until nothing more is found. */
function setAsideUpTheChain(
  removals: readonly Change[],
  observed: readonly Fact[],
  aside: Map<Change, Unrevocable>,
): void {
  const dependentsOf = dependentsAmong(removals, observed, aside);
  let found = true;
  while (found) {
    found = false;
    for (const change of removals.filter((one) => !aside.has(one))) {
      const onwards = dependentsOf(change);
      if (onwards.length === 0) continue;
      aside.set(change, { change, lacks: [], onwards });
      found = true;
    }
  }
}

/** The facts that stay, as `aside` stands when asked, and need what a change would take away. */
function dependentsAmong(
  removals: readonly Change[],
  observed: readonly Fact[],
  aside: ReadonlyMap<Change, Unrevocable>,
): (change: Change) => Fact[] {
  const lost = new Set(removals.flatMap(lostKeys));
  const needers = byKey(observed, lost, neededBy);
  const providers = byKey(observed, lost, aliasesOf);
  const removalOf = new Map(removals.map((change) => [factKey(change.fact), change]));
  const isLosing = (fact: Fact, key: string): boolean => {
    const removal = removalOf.get(factKey(fact));
    return removal !== undefined && !aside.has(removal) && lostKeys(removal).includes(key);
  };
  const stays = (fact: Fact): boolean => {
    const removal = removalOf.get(factKey(fact));
    return removal?.op !== 'drop' || aside.has(removal);
  };
  return (change) => [
    ...lostKeys(change)
      .filter((key) => (providers.get(key) ?? []).every(({ fact }) => isLosing(fact, key)))
      .flatMap((key) => needers.get(key) ?? [])
      .map(({ fact }) => fact)
      .filter(stays),
    ...[...aside.keys()].map(({ fact }) => fact).filter((fact) => isDroppedUnder(fact, change)),
  ];
}

/** A role cannot be dropped while what hangs on it stays. */
function isDroppedUnder(fact: Fact, change: Change): boolean {
  return change.op === 'drop' && neededBy(fact).includes(factKey(change.fact));
}

/** The aliases by which others need a fact and that it has no longer, e.g. of its grant option. */
function lostKeys(change: Change): string[] {
  if (change.op !== 'alter') return aliasesOf(change.fact);
  const kept = new Set(aliasesOf(change.fact));
  return aliasesOf(change.from).filter((key) => !kept.has(key));
}

interface Keyed {
  readonly key: string;
  readonly fact: Fact;
}

function byKey(
  facts: readonly Fact[],
  wanted: ReadonlySet<string>,
  keysOf: (fact: Fact) => readonly string[],
): ReadonlyMap<string, readonly Keyed[]> {
  if (wanted.size === 0) return new Map();
  const keyed = facts.flatMap((fact) =>
    keysOf(fact)
      .filter((key) => wanted.has(key))
      .map((key) => ({ key, fact })),
  );
  return grouped(keyed, ({ key }) => key);
}
