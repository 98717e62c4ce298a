import { createdRoles, lacksFor } from './lacks-of-changes.ts';
import { type Created, mayGrant, meansToActAs, meansToBecome } from '../authority/means.ts';
import { ownerOfClosed } from '../authority/closed-schemas.ts';
import { rightsBy } from '../authority/rights-by-ways.ts';
import { type Way, isMembership } from '../way.ts';
import type { Lack, Need } from '../need.ts';
import type { Live } from '../live.ts';
import { oncePer } from '../once-per.ts';
import { kindOf } from '../registry.ts';
import type { Change } from './diff.ts';

/** The part of a plan that decides when each change is made. */
interface OrderedChanges {
  readonly changes: readonly Change[];
  readonly dropsAtEnd: boolean;
}

/**
 * The changes that take from the connected role what it needs for others, in an order of all changes: they are to be made
 * last. Empty where nothing that is taken is needed.
 */
export function changesToDelay(ordered: readonly Change[], live: Live): ReadonlySet<Change> {
  for (const found of waysLost({ changes: ordered, dropsAtEnd: false }, live))
    if (found !== undefined) return takersAmong(ordered, live);
  return new Set();
}

/** The changes that take something on which the rights of the connected role rest. */
function takersAmong(changes: readonly Change[], live: Live): ReadonlySet<Change> {
  const { ways } = live.rights;
  if (ways.length === 0) return new Set();
  const waysAbout = indexOf(ways);
  return new Set(
    changes.filter((change) => {
      const about = kindOf(change.fact.kind).ways?.about(change.fact);
      const found = about === undefined ? [] : (waysAbout.get(about) ?? []);
      return found.length > 0 && !isSame(found, waysAtLast(found, change, live));
    }),
  );
}

/** By every name in them. */
const indexOf = oncePer((ways: readonly Way[]) => {
  const index = new Map<string, Way[]>();
  for (const way of ways) {
    const names = isMembership(way) ? [way.role, way.member, way.grantor] : [way.grantee];
    for (const name of new Set(names)) {
      const known = name === null ? undefined : index.get(name);
      if (known !== undefined) known.push(way);
      else if (name !== null) index.set(name, [way]);
    }
  }
  return index;
});

function liveAfter(takers: Iterable<Change>, live: Live): Live {
  let { ways } = live.rights;
  for (const taker of takers) ways = waysAtLast(ways, taker, live);
  return liveWith(ways, live);
}

/** What the plan takes from the connected role before a change that needs it. */
export interface WayLost {
  readonly change: Change;
  readonly needs: readonly Need[];
  /** What else it lacks then. */
  readonly lacks: readonly Lack[];
  /** The changes that took it. */
  readonly takers: readonly Change[];
}

/**
 * Changes for which the connected role will lack rights at their turn that it has now. Undefined wherever other work of the
 * process may run.
 */
export function* waysLost(
  { changes, dropsAtEnd }: OrderedChanges,
  live: Live,
): Generator<WayLost | undefined> {
  const takers = takersAmong(changes, live);
  if (takers.size === 0) return;
  const dropping = changes.filter((change) => droppedBy(change) !== undefined);
  const moments = momentsOf(changes, dropping, takers, live);
  const lastDrop = dropsAtEnd ? changes.at(-1) : dropping.at(-1);
  for (const change of changes) {
    const lost = lostBy(change, moments);
    if (lost !== undefined) yield { change, ...lost, takers: moments.takenBefore() };
    if (takers.has(change)) {
      moments.take(change, waysAfter(moments.then.rights.ways, change, live));
      yield;
    }
    if (change === lastDrop)
      yield* dropsLost(dropsAtEnd ? inDropOrder(dropping, live) : dropping, moments);
  }
}

/** Roles that the connected role cannot drop any more at their turn. */
function* dropsLost(dropping: readonly Change[], moments: Moments): Generator<WayLost | undefined> {
  for (const change of dropping) {
    const role = droppedBy(change) ?? '';
    if (isMissed(role, moments)) {
      const needs = [{ role, right: 'admin' } as const];
      yield { change, needs, lacks: [], takers: moments.takenBefore() };
    }
    moments.take(change, waysWithout(moments.then.rights.ways, role));
    yield;
  }
}

function momentsOf(
  changes: readonly Change[],
  dropping: readonly Change[],
  takers: ReadonlySet<Change>,
  now: Live,
): Moments {
  const taken = new Set<Change>();
  const moments = {
    now,
    then: now,
    atEnd: liveAfter(takers, now),
    created: createdRoles(changes),
    dropped: new Set(dropping.flatMap((change) => droppedBy(change) ?? [])),
    takenBefore: (): readonly Change[] => [...(taken.size > 0 ? taken : takers)],
    take: (change: Change, ways: readonly Way[]): void => {
      moments.then = liveWith(ways, now);
      if (takers.has(change)) taken.add(change);
    },
  };
  return moments;
}

/** Whether the role cannot be dropped any more. */
function isMissed(role: string, { now, then, created }: Moments): boolean {
  return mayGrant(role, now, created) && !mayGrant(role, then, created);
}

function isSame(left: readonly Way[], right: readonly Way[]): boolean {
  return left.length === right.length && left.every((way, index) => way === right[index]);
}

/** When the role is gone too that a change drops. */
function waysAtLast(ways: readonly Way[], change: Change, live: Live): readonly Way[] {
  return waysWithout(waysAfter(ways, change, live), droppedBy(change));
}

function waysAfter(ways: readonly Way[], change: Change, live: Live): readonly Way[] {
  const taking = kindOf(change.fact.kind).ways;
  return taking === undefined ? ways : ways.flatMap((way) => taking.left(change, way, live) ?? []);
}

function waysWithout(ways: readonly Way[], dropped: string | undefined): readonly Way[] {
  if (dropped === undefined) return ways;
  return ways.filter((way) =>
    isMembership(way) ? way.role !== dropped && way.member !== dropped : way.grantee !== dropped,
  );
}

/** The role that a change drops. */
function droppedBy({ fact }: Change): string | undefined {
  return kindOf(fact.kind).drops?.(fact);
}

function liveWith(ways: readonly Way[], live: Live): Live {
  return { ...live, rights: rightsBy(ways, live) };
}

/**
 * By what means the connected role makes a change, as text to compare: statements are made for the means of now. What a role
 * that is dropped owns has another owner by then.
 */
function meansFor(change: Change, live: Live, { created, dropped }: Moments): string {
  const kind = kindOf(change.fact.kind);
  const takes = (kind.takes?.(change, live) ?? []).filter(({ role }) => !dropped.has(role));
  const needs = takes.map(({ role, right }) => {
    const means = right === 'privileges' ? meansToActAs : meansToBecome;
    const held = right === 'admin' ? mayGrant(role, live, created) : means(role, live, created);
    return [role, right, held];
  });
  const schema = kind.group === undefined ? undefined : change.fact.id['schema'];
  const closed = schema === undefined ? undefined : ownerOfClosed(live.rights, schema);
  return JSON.stringify([needs, closed, kind.lacks?.(change, live) ?? []]);
}

/** What it needs and has now, but not in the same way then. */
function lostBy(change: Change, moments: Moments): Pick<WayLost, 'needs' | 'lacks'> | undefined {
  const { then, atEnd, now, created } = moments;
  if (lacksFor(change, now, created).length > 0) return undefined;
  const kind = kindOf(change.fact.kind);
  const lasting = lacksFor(change, atEnd, created).filter((need) => need.lasting === true);
  const isAsNow =
    then === now || meansFor(change, then, moments) === meansFor(change, now, moments);
  if (isAsNow) return lasting.length === 0 ? undefined : { needs: lasting, lacks: [] };
  const needs = [...lacksFor(change, then, created), ...lasting];
  const others = kind.lacks?.(change, then) ?? [];
  if (needs.length + others.length > 0) return { needs, lacks: others };
  return { needs: kind.takes?.(change, now) ?? [], lacks: [] };
}

interface Moments {
  readonly now: Live;
  /** When the next change is made. */
  readonly then: Live;
  /** When all changes are made. */
  readonly atEnd: Live;
  readonly created: Created;
  /** Roles that the plan drops. */
  readonly dropped: ReadonlySet<string>;
  /** Changes that took something so far, or all that take anything where none was made yet. */
  readonly takenBefore: () => readonly Change[];
  /** Notes what a change leaves. */
  readonly take: (change: Change, ways: readonly Way[]) => void;
}

/** The role first by which the connected role does not reach the others. */
function inDropOrder(dropping: readonly Change[], live: Live): Change[] {
  const compare = dropOrder(live);
  return [...dropping].sort((left, right) =>
    compare(droppedBy(left) ?? '', droppedBy(right) ?? ''),
  );
}

/** Compares roles: one that is reached through another is dropped before that one. */
export function dropOrder({
  rights,
}: Pick<Live, 'rights'>): (left: string, right: string) => number {
  const depths = depthsOf(rights.ways);
  return (left, right) => (depths.get(right) ?? 0) - (depths.get(left) ?? 0);
}

/** The length of the longest way to each role. PostgreSQL allows no circles, and they would end it here too. */
const depthsOf = oncePer((ways: readonly Way[]): ReadonlyMap<string, number> => {
  const memberships = ways.filter(isMembership);
  const depths = new Map<string, number>();
  for (let round = 0, isChanged = true; isChanged && round <= memberships.length; round += 1) {
    isChanged = false;
    for (const { role, member } of memberships) {
      const depth = (depths.get(member) ?? 0) + 1;
      if (depth <= (depths.get(role) ?? 0)) continue;
      depths.set(role, depth);
      isChanged = true;
    }
  }
  return depths;
});
