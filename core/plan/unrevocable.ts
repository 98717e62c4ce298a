import { grouped } from '../grouped.ts';
import type { Standings } from '../authority/means.ts';
import type { Fact } from '../fact.ts';
import type { Live } from '../live.ts';
import { type AuthorizedChange, type AuthorizedChanges, authorizeChange } from './authorize.ts';
import { factKey, takesAway, type Change, aliasesOf, neededBy } from './diff.ts';

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

/** The facts that stay and need what the removals would take away, given the removals that are made so far. */
interface Dependents<C extends Change> {
  readonly of: (change: C) => readonly Fact[];
  /** Records that a removal is not made. Returns the removals that its fact may prevent now. */
  readonly keep: (change: C) => readonly C[];
}

/**
 * Counts facts by the key under which others need them, e.g. the grant option that was used. So it costs little to ask
 * again after a removal was set aside.
 */
function dependentsOf<C extends Change>(
  removals: readonly C[],
  observed: readonly Fact[],
): Dependents<C> {
  const removalOf = new Map(removals.map((change) => [factKey(change.fact), change]));
  const losses = removals.flatMap((change) => lostKeys(change).map((key) => ({ key, change })));
  const losersOf = grouped(losses, ({ key }) => key);
  const provided = provisions(new Set(losersOf.keys()), observed, removalOf);
  const keptUnder = new Map<string, Fact[]>();
  return {
    of: (change) => {
      const kept = change.op === 'drop' ? (keptUnder.get(factKey(change.fact)) ?? []) : [];
      return [...lostKeys(change).flatMap((key) => inTheWay(provided.get(key))), ...kept];
    },
    keep: (change) => {
      for (const key of lostKeys(change)) take(provided.get(key));
      const affected: C[] = [];
      for (const key of new Set(neededBy(change.fact))) {
        const needed = provided.get(key);
        if (change.op === 'drop') needed?.staying.push(change.fact);
        if (isLost(needed)) for (const loss of losersOf.get(key) ?? []) affected.push(loss.change);
        note(keptUnder, key, change.fact);
        const under = removalOf.get(key);
        if (under !== undefined) affected.push(under);
      }
      return affected;
    },
  };
}

function note(kept: Map<string, Fact[]>, key: string, fact: Fact): void {
  const known = kept.get(key);
  if (known === undefined) kept.set(key, [fact]);
  else known.push(fact);
}

/** One key that removals take away. */
interface Provided {
  /** The number of facts that have the key, and of those that lose it. */
  providers: number;
  losing: number;
  /** Facts that need the key and stay. */
  readonly staying: Fact[];
}

function provisions(
  keys: ReadonlySet<string>,
  observed: readonly Fact[],
  removalOf: ReadonlyMap<string, Change>,
): ReadonlyMap<string, Provided> {
  const provided = new Map<string, Provided>();
  for (const key of keys) provided.set(key, { providers: 0, losing: 0, staying: [] });
  if (keys.size === 0) return provided;
  for (const fact of observed) {
    const removal = removalOf.get(factKey(fact));
    const lost = new Set(removal === undefined ? [] : lostKeys(removal));
    for (const key of aliasesOf(fact)) count(provided.get(key), lost.has(key));
    if (removal?.op === 'drop') continue;
    for (const key of neededBy(fact)) provided.get(key)?.staying.push(fact);
  }
  return provided;
}

function count(provided: Provided | undefined, isLosing: boolean): void {
  if (provided === undefined) return;
  provided.providers += 1;
  if (isLosing) provided.losing += 1;
}

function take(provided: Provided | undefined): void {
  if (provided !== undefined) provided.losing -= 1;
}

function isLost(provided: Provided | undefined): boolean {
  return provided !== undefined && provided.providers === provided.losing;
}

function inTheWay(provided: Provided | undefined): readonly Fact[] {
  return provided !== undefined && isLost(provided) ? provided.staying : [];
}

/** The aliases that a fact no longer has and others need, e.g. of its grant option. */
function lostKeys(change: Change): string[] {
  if (change.op !== 'alter') return aliasesOf(change.fact);
  const kept = new Set(aliasesOf(change.fact));
  return aliasesOf(change.from).filter((key) => !kept.has(key));
}
