import { type Created, type Standings, standingsOf } from '../authority/means.ts';
import { rightsBy } from '../authority/rights-by-ways.ts';
import { type Way, isMembership } from '../way.ts';
import type { Lack, Need } from '../need.ts';
import type { Live } from '../live.ts';
import { dropOrder } from './drop-order.ts';
import { quoteIdentifier } from '../sql.ts';
import { oncePer } from '../once-per.ts';
import { kindOf } from '../registry.ts';
import type { Authority } from '../authorized.ts';
import { type AuthorizedChange, authorizeChange, createdRoles } from './authorize.ts';
import type { Change } from './diff.ts';

/** The part of a plan that decides when each change is made. */
interface OrderedChanges {
  readonly changes: readonly AuthorizedChange[];
  readonly standings: Standings;
  readonly dropsAtEnd: boolean;
}

/**
 * The changes that take rights from the connected role which it needs for other changes: they must be made last. Empty if
 * it needs none of these rights.
 *
 * This is another question than authorize.ts asks. Authorization compares each change with the rights before the plan;
 * this file compares it with the rights that earlier changes of the plan leave.
 */
export function changesToDelay(
  ordered: readonly AuthorizedChange[],
  standings: Standings,
  live: Live,
): ReadonlySet<Change> {
  for (const found of waysLost({ changes: ordered, standings, dropsAtEnd: false }, live))
    if (found !== undefined) return takersAmong(ordered, live);
  return new Set();
}

/** The changes that take something on which the rights of the connected role depend. */
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

/** Ways by every role name in them. */
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

function waysAfterAll(takers: Iterable<Change>, live: Live): readonly Way[] {
  let { ways } = live.rights;
  for (const taker of takers) ways = waysAtLast(ways, taker, live);
  return ways;
}

/** Rights that the plan takes from the connected role before a change that needs them. */
export interface WayLost {
  readonly change: Change;
  readonly needs: readonly Need[];
  /** What else it lacks at that moment. */
  readonly lacks: readonly Lack[];
  /** The changes that took the rights. */
  readonly takers: readonly Change[];
}

/**
 * Finds changes for which the connected role has the rights now but no longer when they are made. Yields undefined
 * wherever other work of the process may run.
 */
export function* waysLost(
  { changes, standings, dropsAtEnd }: OrderedChanges,
  live: Live,
): Generator<WayLost | undefined> {
  const takers = takersAmong(changes, live);
  if (takers.size === 0) return;
  const dropping = changes.filter((change) => droppedBy(change) !== undefined);
  const moments = momentsOf(dropping, takers, { live, standings, created: createdRoles(changes) });
  const lastDrop = dropsAtEnd ? changes.at(-1) : dropping.at(-1);
  for (const change of changes) {
    const lost = lostBy(change, moments);
    if (lost !== undefined) yield { change, ...lost };
    if (takers.has(change)) {
      moments.take(change, waysAfter(moments.then.live.rights.ways, change, live));
      yield;
    }
    if (change === lastDrop)
      yield* dropsLost(dropsAtEnd ? inDropOrder(dropping, live) : dropping, moments);
  }
}

/** Finds roles that the connected role can no longer drop when it is their turn. */
function* dropsLost(dropping: readonly Change[], moments: Moments): Generator<WayLost | undefined> {
  for (const change of dropping) {
    const role = droppedBy(change) ?? '';
    if (isMissed(role, moments)) {
      const needs = [{ role, right: 'admin' } as const];
      yield { change, needs, lacks: [], takers: takersBefore(change, moments) };
    }
    moments.take(change, waysWithout(moments.then.live.rights.ways, role));
    yield;
  }
}

function momentsOf(dropping: readonly Change[], takers: ReadonlySet<Change>, now: Moment): Moments {
  const taken = new Set<Change>();
  const moments = {
    now,
    then: now,
    atEnd: momentWith(waysAfterAll(takers, now.live), now),
    dropped: new Set(dropping.flatMap((change) => droppedBy(change) ?? [])),
    takers,
    taken,
    take: (change: Change, ways: readonly Way[]): void => {
      if (takers.has(change) && !isSame(ways, moments.then.live.rights.ways)) taken.add(change);
      moments.then = momentWith(ways, now);
    },
  };
  return moments;
}

/** The changes that took rights before a change. All takers if none did. */
function takersBefore(change: Change, { taken, takers }: Moments): readonly Change[] {
  return besides(change, [...(taken.size > 0 ? taken : takers)]);
}

/** The changes that take rights after a change. A retirement can revoke rights first, and drop the role after it. */
function takersAfter(change: Change, { taken, takers }: Moments): readonly Change[] {
  const ahead = [...takers].filter((one) => !taken.has(one) || droppedBy(one) !== undefined);
  return besides(change, ahead);
}

/** A change takes rights from itself only if no other change does, e.g. DROP OWNED before DROP ROLE. */
function besides(change: Change, takers: readonly Change[]): readonly Change[] {
  const others = takers.filter((one) => one !== change);
  return others.length > 0 ? others : takers;
}

/** Whether the connected role can no longer drop the role. */
function isMissed(role: string, { now, then }: Moments): boolean {
  return now.standings(role).grants && !then.standings(role).grants;
}

function isSame(left: readonly Way[], right: readonly Way[]): boolean {
  return left.length === right.length && left.every((way, index) => way === right[index]);
}

/** Also without the role that the change drops at the end. */
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

/** The connected role with some of its ways. */
function momentWith(ways: readonly Way[], { live, created }: Moment): Moment {
  const left = { ...live, rights: rightsBy(ways, live) };
  return { live: left, created, standings: standingsOf(left, created) };
}

function authorityAt(change: Change, { live, standings }: Moment): Authority {
  return authorizeChange(change, live, standings).authority;
}

/** Objects of a role that the plan drops have another owner by the time of the change. */
function comparedNeeds({ needs }: Authority, { dropped }: Moments): Authority['needs'] {
  return needs.filter(({ role }) => !dropped.has(role));
}

/** A need with its means, as text to compare, because statements are rendered for the means of now. */
function meansText({ role, right, means }: Authority['needs'][number]): string {
  return JSON.stringify([role, right, means]);
}

function isMadeAlike(left: Authority, right: Authority, moments: Moments): boolean {
  const textOf = (authority: Authority): string =>
    JSON.stringify([
      comparedNeeds(authority, moments).map(meansText),
      authority.closedTo,
      authority.lacks,
    ]);
  return textOf(left) === textOf(right);
}

/** The rights that the connected role has for a change now, but not, or not by the same means, when it is made. */
function lostBy(change: AuthorizedChange, moments: Moments): Omit<WayLost, 'change'> | undefined {
  const { then, atEnd, now } = moments;
  const { authority } = change;
  if (authority.unmet.length > 0) return undefined;
  const lasting = authorityAt(change, atEnd).unmet.filter((need) => need.lasting === true);
  const later = then === now ? authority : authorityAt(change, then);
  if (isMadeAlike(later, authority, moments))
    return lasting.length === 0
      ? undefined
      : { needs: lasting, lacks: [], takers: takersAfter(change, moments) };
  const kept = new Set(later.needs.map(meansText));
  const changed = comparedNeeds(authority, moments).filter((need) => !kept.has(meansText(need)));
  const needs = [...changed, ...lasting];
  const lacks = [...newLacks(later, authority), ...usageLost(change, later, now)];
  const takers =
    lasting.length === 0 ? takersBefore(change, moments) : besides(change, [...moments.takers]);
  if (needs.length + lacks.length > 0) return { needs, lacks, takers };
  return { needs: rolesLost(moments), lacks: [], takers };
}

function newLacks(later: Authority, { lacks }: Authority): readonly Lack[] {
  const known = new Set(lacks.map(({ what }) => what));
  return later.lacks.filter(({ what }) => !known.has(what));
}

/** USAGE on the schema of the object, if the connected role has it now and no longer when the change is made. */
function usageLost(
  { fact, authority }: AuthorizedChange,
  { closedTo }: Authority,
  { live }: Moment,
): readonly Lack[] {
  if (closedTo === undefined || closedTo === authority.closedTo) return [];
  const schema = quoteIdentifier(fact.id['schema'] ?? '');
  const grant = `GRANT USAGE ON SCHEMA ${schema} TO ${quoteIdentifier(live.server.user)}`;
  return [{ what: `USAGE on schema ${schema}`, remedy: `run ${grant}` }];
}

/** A change needs no role's rights while the connected role has the grant option through one of these. */
function rolesLost({ now, then }: Moments): readonly Need[] {
  const held = ({ live: { rights } }: Moment): string[] => [...rights.usable, ...rights.inherited];
  const left = new Set(held(then));
  return held(now)
    .filter((role) => !left.has(role))
    .map((role) => ({ role, right: 'privileges' }));
}

/** The connected role's rights at one moment of the plan. */
interface Moment {
  readonly live: Live;
  readonly created: Created;
  readonly standings: Standings;
}

interface Moments {
  readonly now: Moment;
  /** The state when the next change is made. */
  readonly then: Moment;
  /** The state after all changes. */
  readonly atEnd: Moment;
  /** Roles that the plan drops. */
  readonly dropped: ReadonlySet<string>;
  /** All changes that take rights. */
  readonly takers: ReadonlySet<Change>;
  /** Those that took rights so far. */
  readonly taken: ReadonlySet<Change>;
  /** Records the ways that a change leaves. */
  readonly take: (change: Change, ways: readonly Way[]) => void;
}

/** A role through which the connected role reaches others comes after those. */
function inDropOrder(dropping: readonly Change[], live: Live): Change[] {
  const compare = dropOrder(live);
  return [...dropping].sort((left, right) =>
    compare(droppedBy(left) ?? '', droppedBy(right) ?? ''),
  );
}
