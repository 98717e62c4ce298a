import type { Change } from './diff.ts';
import { aliasesOf, factKey, neededBy, renderedOpOf, takesAway } from './diff.ts';
import type { InParts } from '../parts.ts';
import { finished, forEachInParts, sortedInParts } from '../parts.ts';
import { kindOf, kinds } from '../registry.ts';

const rank = new Map(kinds.map(({ name }, index) => [name, index]));

/**
 * Changes in an order that PostgreSQL accepts: what a change needs is created before it, and dropped after it.
 * Independent changes are sorted: drops first, then the registry's order, reversed for drops, then by key, so that
 * equal plans are equal byte for byte. Throws RangeError when changes need each other in a circle.
 */
export function orderChanges<C extends Change>(changes: readonly C[]): C[] {
  return finished(orderInParts(changes));
}

const none: ReadonlySet<Change> = new Set();

/** `late` are changes to make at the end. */
export function* orderInParts<C extends Change>(
  changes: readonly C[],
  late: ReadonlySet<Change> = none,
): InParts<C[]> {
  const keyed: Keyed<C>[] = [];
  yield* forEachInParts(changes, (change) =>
    keyed.push({ change, key: factKey(change.fact), place: placeOf(change) }),
  );
  const sorted = (yield* sortedInParts(keyed, compareChanges)).map(({ change }) => change);
  const before = yield* predecessors(sorted);
  const ordered = new Set<C>();
  yield* forEachInParts(sorted, (change) => {
    placeWithNeeded(change, before, ordered);
  });
  return late.size === 0 ? [...ordered] : withLast([...ordered], before, late);
}

/**
 * A change that must come after a late change is late itself. A change that drops a role stays where it is, because roles
 * are dropped after all changes anyway.
 */
function withLast<C extends Change>(
  ordered: readonly C[],
  before: ReadonlyMap<C, readonly C[]>,
  late: ReadonlySet<Change>,
): C[] {
  const last = new Set<C>();
  for (const change of ordered) {
    const isLate =
      late.has(change) || before.get(change)?.some((other) => last.has(other)) === true;
    if (isLate && kindOf(change.fact.kind).drops?.(change.fact) === undefined) last.add(change);
  }
  return [...ordered.filter((change) => !last.has(change)), ...last];
}

/** Places what a change needs before it. It does not recurse, because chains of thousands of changes occur. */
function placeWithNeeded<C extends Change>(
  first: C,
  before: ReadonlyMap<C, readonly C[]>,
  ordered: Set<C>,
): void {
  const open = new Set<C>();
  const way: { readonly change: C; readonly needed: Iterator<C> }[] = [];
  const enter = (change: C): void => {
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

function* predecessors<C extends Change>(changes: readonly C[]): InParts<Map<C, C[]>> {
  const providers = yield* providersOf(changes);
  const before = new Map<C, C[]>();
  const comesBefore = (first: C, later: C): void => {
    const others = before.get(later);
    if (others === undefined) before.set(later, [first]);
    else others.push(first);
  };
  yield* forEachInParts(changes, (change) => {
    for (const key of neededBy(change.fact))
      for (const needed of providers.get(key) ?? []) {
        if (needed === change) continue;
        if (!takesAway(needed)) comesBefore(needed, change);
        else if (takesAway(change)) comesBefore(change, needed);
      }
  });
  return before;
}

/** Changes by every key with which a Ref can refer to them. */
function* providersOf<C extends Change>(
  changes: readonly C[],
): InParts<ReadonlyMap<string, readonly C[]>> {
  const providers = new Map<string, C[]>();
  yield* forEachInParts(changes, (change) => {
    for (const key of keysOf(change)) {
      const others = providers.get(key);
      if (others === undefined) providers.set(key, [change]);
      else others.push(change);
    }
  });
  return providers;
}

/** An altered fact keeps its old aliases here, because what depends on them must be removed first. */
function keysOf(change: Change): string[] {
  const facts = change.op === 'alter' ? [change.from, change.fact] : [change.fact];
  return [factKey(change.fact), ...new Set(facts.flatMap(aliasesOf))];
}

interface Keyed<C extends Change> {
  readonly change: C;
  readonly key: string;
  /** The place among changes that do not need each other: see `placeOf`. */
  readonly place: number;
}

function compareChanges(left: Keyed<Change>, right: Keyed<Change>): number {
  return left.place - right.place || compareText(left.key, right.key);
}

const ops = ['alter', 'create', 'drop'];

/**
 * Orders by kinds that come first, then drops, then the registry's order, then the op. Drops use the reversed registry
 * order, because a grantor still needs the schema while its grants in there are revoked. It is one number, because a
 * large plan compares a million times.
 */
function placeOf(change: Change): number {
  const { op, fact } = change;
  const turn = kindOf(fact.kind).comesFirst === true ? 0 : 2;
  const order = rank.get(fact.kind) ?? 0;
  const inTurn = op === 'drop' ? kinds.length - order : order;
  const digits = [turn + Number(op !== 'drop'), inTurn, ops.indexOf(renderedOpOf(change))];
  return digits.reduce((place, digit) => place * (kinds.length + 1) + digit, 0);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
