import type { Change } from './diff.ts';
import { aliasesOf, factKey, neededBy, renderedOpOf, takesAway } from './diff.ts';
import type { InParts } from '../parts.ts';
import { finished, forEachInParts, sortedInParts } from '../parts.ts';
import { kindOf, kinds } from '../registry.ts';

const rank = new Map(kinds.map(({ name }, index) => [name, index]));

/**
 * Changes in an order PostgreSQL accepts: what a change needs is created before it, and dropped after it.
 * Among changes that do not need each other drops come first, then the registry's order, reversed for drops, then
 * the key, so that equal plans are equal byte for byte. Throws RangeError when changes need each other in a circle.
 */
export function orderChanges(changes: readonly Change[]): Change[] {
  return finished(orderInParts(changes));
}

export function* orderInParts(changes: readonly Change[]): InParts<Change[]> {
  const keyed: Keyed[] = [];
  yield* forEachInParts(changes, (change) => keyed.push({ change, key: factKey(change.fact) }));
  const sorted = (yield* sortedInParts(keyed, compareChanges)).map(({ change }) => change);
  const before = yield* predecessors(sorted);
  const ordered = new Set<Change>();
  yield* forEachInParts(sorted, (change) => {
    placeWithNeeded(change, before, ordered);
  });
  return [...ordered];
}

/** What a change needs comes first. Without recursion: one may need another through thousands of others. */
function placeWithNeeded(
  first: Change,
  before: ReadonlyMap<Change, readonly Change[]>,
  ordered: Set<Change>,
): void {
  const open = new Set<Change>();
  const way: { readonly change: Change; readonly needed: Iterator<Change> }[] = [];
  const enter = (change: Change): void => {
    if (ordered.has(change)) return;
    if (open.has(change))
      throw new RangeError(`changes need each other in a circle at ${factKey(change.fact)}`);
    open.add(change);
    way.push({ change, needed: (before.get(change) ?? []).values() });
  };
  enter(first);
  for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
    const step = top.needed.next();
    if (step.done !== true) enter(step.value);
    else {
      way.pop();
      open.delete(top.change);
      ordered.add(top.change);
    }
  }
}

function* predecessors(changes: readonly Change[]): InParts<Map<Change, Change[]>> {
  const providers = yield* providersOf(changes);
  const before = new Map<Change, Change[]>(changes.map((change) => [change, []]));
  yield* forEachInParts(changes, (change) => {
    for (const needed of neededBy(change.fact).flatMap((key) => providers.get(key) ?? [])) {
      if (needed === change) continue;
      if (!takesAway(needed)) before.get(change)?.push(needed);
      else if (takesAway(change)) before.get(needed)?.push(change);
    }
  });
  return before;
}

/** Changes by every key a Ref may point at them with. */
function* providersOf(changes: readonly Change[]): InParts<ReadonlyMap<string, readonly Change[]>> {
  const providers = new Map<string, Change[]>();
  yield* forEachInParts(changes, (change) => {
    for (const key of keysOf(change)) {
      const others = providers.get(key);
      if (others === undefined) providers.set(key, [change]);
      else others.push(change);
    }
  });
  return providers;
}

/** What is altered counts under its old aliases as well: what hangs on them must go first. */
function keysOf(change: Change): string[] {
  const facts = change.op === 'alter' ? [change.from, change.fact] : [change.fact];
  return [factKey(change.fact), ...new Set(facts.flatMap(aliasesOf))];
}

function comesFirst({ fact }: Change): boolean {
  return kindOf(fact.kind).comesFirst === true;
}

interface Keyed {
  readonly change: Change;
  readonly key: string;
}

function compareChanges(one: Keyed, other: Keyed): number {
  const [left, right] = [one.change, other.change];
  return (
    Number(!comesFirst(left)) - Number(!comesFirst(right)) ||
    Number(left.op !== 'drop') - Number(right.op !== 'drop') ||
    compareRank(left, right) ||
    compareText(renderedOpOf(left), renderedOpOf(right)) ||
    compareText(one.key, other.key)
  );
}

/** Drops go the other way round: a grantor still needs the schema while what it granted in there is revoked. */
function compareRank(left: Change, right: Change): number {
  const difference = (rank.get(left.fact.kind) ?? 0) - (rank.get(right.fact.kind) ?? 0);
  return left.op === 'drop' ? -difference : difference;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
