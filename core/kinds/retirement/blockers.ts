import { losesObjects } from '../../graph-index.ts';
import { mayActAs } from '../../authority/reach.ts';
import type { CodeSource } from '../../acl.ts';
import type { RetirementSpec } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql.ts';
import { explainSource, strangersToCode, strangersToCodeOf } from '../code/code-sources.ts';
import { grantKinds } from '../grant/types/all.ts';
import { withheldOwner } from '../grant/declared-owner.ts';
import { isOutOfReach } from './grants.ts';
import { lackedFor } from './heir.ts';
import { grantsKept, lossesWith, membershipsEnding, membershipsStaying } from './onwards.ts';
import { namedAndDropped } from './named.ts';
import type { RemainingRow } from './moved.ts';
import type { Dependency, NamedObjects, RetiredRow } from './query.ts';
import type { Blocker } from './remedies.ts';

/** What prevents the retirement of a role in one database. */
export interface Blockers {
  /** Objects and data for which the retirement needs a declaration. Without it, nothing is changed. */
  readonly unsaid: readonly Blocker[];
  /** Obstacles that the role, or an accomplice, can create against any retirement. */
  readonly made: readonly Blocker[];
  /** Code of the role that the retirement does not consent to give away. */
  readonly code: readonly Blocker[];
}

/** `where` names a database that is not the policy's own. */
export function blockersIn(
  row: RemainingRow,
  spec: RetirementSpec,
  live: Live,
  where = '',
): Blockers {
  const held = row.dependencies.filter((entry) => !isCleared(entry, spec));
  const left = row.dependencies.filter(
    (entry) => spec.dropOwned && !entry.revocable && isOutOfReach(entry, live),
  );
  const loses = losesObjects(spec);
  const lacks = row.dependencies.flatMap((entry) =>
    lackedFor(entry, spec, live, where === '').flatMap(({ what, isMade }) =>
      namesOf(entry, (name) => notPassed(`${name}${where}`, what)).map((blocker) => ({
        blocker,
        isMade,
      })),
    ),
  );
  const lacked = (made: boolean): Blocker[] =>
    lacks.filter(({ isMade }) => isMade === made).map(({ blocker }) => blocker);
  return {
    unsaid: [
      ...held.filter(isOwned).flatMap((entry) => holdings(entry, where)),
      ...(loses && !spec.allowDataLoss ? lostData(row, where) : []),
      ...lacked(false),
      ...(loses && where === '' ? namedAndDropped(row.dependencies, live.graph) : []),
    ],
    made: [
      ...held.filter((entry) => !isOwned(entry)).flatMap((entry) => holdings(entry, where)),
      ...left.flatMap((entry) => outOfReach(entry, where)),
      ...(loses ? tornObjects(row, where) : []),
      ...lacked(true),
      ...row.dependencies.flatMap((entry) => grantedOnwards(entry, spec, live, where)),
      ...grantedAdmissions(row, spec, live),
    ],
    code: row.dependencies.flatMap((entry) => codeToAdopt(entry, spec, live, where)),
  };
}

/** Whether to lock the role out, whatever it or others did to prevent that. */
export function isForced(
  spec: Pick<RetirementSpec, 'terminateSessions' | 'dropOwned' | 'reassignOwnedTo'>,
): boolean {
  return spec.terminateSessions && (spec.dropOwned || spec.reassignOwnedTo !== undefined);
}

/** What a role owns and holds, one by one. */
export function holdings(entry: Dependency, where: string): Blocker[] {
  return namesOf(entry, (name) => heldBy(entry, `${name}${where}`));
}

/**
 * Code that would run with the rights of another owner, which the retired role does not have. Objects that a wildcard
 * covers and leaves because of that must not be dropped with the role instead.
 */
function codeToAdopt(
  entry: Dependency,
  spec: RetirementSpec,
  live: Live,
  where: string,
): Blocker[] {
  const heir = spec.reassignOwnedTo;
  const owner = heir ?? withheldFrom(entry, spec, live);
  const isConsented = heir !== undefined && spec.adoptCode;
  if (isConsented || owner === undefined || mayActAs(spec.role, owner, live)) return [];
  const as = quoteIdentifier(owner);
  const blocked = (how: string): Blocker[] => namesOf(entry, codeThat(entry, how, where));
  if (entry.code) return blocked(`would run its code as ${as}`);
  // What it owns goes to the heir as well, if there is one. The author of its code stays the same.
  const sources = (entry.sources ?? []).filter(
    ([role, by]) => heir === undefined || role !== spec.role || by === 'function',
  );
  const [first] = strangersTo(entry, sources, owner, live);
  if (first !== undefined)
    return blocked(`could be made to run code as ${as}, because ${explainSource(first)}`);
  return heir === undefined
    ? blocked(`cannot be given to ${as}, because such objects changed`)
    : [];
}

/** Ownership rules cannot name a subscription or an event trigger. */
function codeThat(
  { belonging }: Dependency,
  how: string,
  where: string,
): (name: string) => Blocker {
  const remedy = belonging === null ? 'unnamedCode' : 'code';
  return (name) => ({ what: `owns ${name}${where}, which ${how}`, remedy });
}

/** The policy decides about what the role has in scope, and about nothing else. */
function strangersTo(
  { belonging }: Dependency,
  sources: readonly CodeSource[],
  owner: string,
  live: Live,
): CodeSource[] {
  return belonging === null
    ? strangersToCodeOf(sources, owner, live)
    : strangersToCode({ ...belonging, sources }, owner, live);
}

function withheldFrom(
  { belonging }: Dependency,
  { role }: RetirementSpec,
  live: Live,
): string | undefined {
  if (belonging === null) return undefined;
  const kind = grantKinds.find(({ grantable }) => grantable.type === belonging.type);
  return kind && withheldOwner(kind.grantable, { ...belonging, owner: role }, live);
}

/** Losses of roles that nobody consented to. The same rule prevents a revocation in the plan's own schemas. */
function grantedOnwards(
  entry: Dependency,
  spec: RetirementSpec,
  live: Live,
  where: string,
): Blocker[] {
  if (!spec.dropOwned) return [];
  const said = [...lossesWith(entry, spec.role, live), ...grantsKept(entry, spec.role)];
  return said.flatMap((what) =>
    namesOf(entry, (name) => ({ what: what(`${name}${where}`), remedy: 'onwards' })),
  );
}

function grantedAdmissions(
  { memberships }: RemainingRow,
  { dropOwned }: RetirementSpec,
  live: Live,
): Blocker[] {
  if (dropOwned)
    return membershipsEnding(memberships, live).map((what) => ({ what, remedy: 'onwards' }));
  return membershipsStaying(memberships, live).map((what) => ({ what, remedy: 'rest' }));
}

function notPassed(object: string, lack: string): Blocker {
  return { what: `owns ${object}, and ${lack}`, remedy: 'heir' };
}

function outOfReach(entry: Dependency, where: string): Blocker[] {
  const by = quoteIdentifier(entry.granted?.grantor ?? '');
  return namesOf(entry, (name) => ({
    what: `has privileges on ${name}${where}, granted by ${by}`,
    remedy: 'granted',
  }));
}

function isOwned({ what }: Dependency): boolean {
  return what === 'owned';
}

/** Whether the retirement's own steps, or revokes in the same plan, remove this dependency. */
function isCleared({ what, where, revocable }: Dependency, spec: RetirementSpec): boolean {
  switch (what) {
    case 'owned':
      return spec.reassignOwnedTo !== undefined || (spec.dropOwned && where === 'here');
    case 'other':
      return spec.dropOwned;
    case 'kept':
    case 'privilege':
      return revocable || spec.dropOwned;
  }
}

function heldBy({ what, where }: Dependency, object: string): Blocker {
  switch (what) {
    case 'owned':
      return { what: `owns ${object}`, remedy: where === 'shared' ? 'shared' : 'objects' };
    case 'kept':
      return { what: `owns ${object}`, remedy: 'rest' };
    case 'privilege':
      return { what: `has privileges on ${object}`, remedy: 'rest' };
    case 'other':
      return { what: `is referenced by ${object}`, remedy: 'rest' };
  }
}

function namesOf({ count, objects }: NamedObjects, said: (name: string) => Blocker): Blocker[] {
  const names = objects.flatMap((name) => name ?? []).sort();
  const unnamed = count - names.length;
  const more =
    unnamed === 0 ? [] : [`${String(unnamed)} more ${unnamed === 1 ? 'object' : 'objects'}`];
  return [...names, ...more].map(said);
}

function lostData({ holding }: RemainingRow, where: string): Blocker[] {
  if (holding.count === 0) return [];
  return [{ what: `holds data in ${listed(holding)}${where}`, remedy: 'data' }];
}

function tornObjects({ dependents }: RemainingRow, where: string): Blocker[] {
  if (dependents.count === 0) return [];
  const verb = dependents.count === 1 ? 'depends' : 'depend';
  return [
    { what: `owns objects that ${listed(dependents)}${where} ${verb} on`, remedy: 'dependents' },
  ];
}

const shownNames = 5;

/** `12 objects (table app.a, table app.b and 10 more)`, or the one name there is. */
function listed({ count, objects }: NamedObjects): string {
  const names = objects.flatMap((name) => name ?? []).sort();
  const [only] = names;
  if (count === 1 && only !== undefined) return only;
  const shown = names.slice(0, shownNames);
  const more = count > shown.length ? ` and ${String(count - shown.length)} more` : '';
  return `${String(count)} objects (${shown.join(', ')}${more})`;
}

const shownSessions = 3;

/** Its open sessions, which the policy does not allow pgwarden to end. */
export function openSessions({ sessions }: Pick<RetiredRow, 'sessions'>): Blocker[] {
  const total = sessions.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const shown = sessions.slice(0, shownSessions).map(({ application, address, count }) => {
    const name =
      application === null || application === '' ? 'no name' : JSON.stringify(application);
    return `${String(count)} of ${name}${address === null ? '' : ` from ${address}`}`;
  });
  const rest = sessions.length > shown.length ? ', and others' : '';
  const noun = total === 1 ? 'open session' : 'open sessions';
  const what = `has ${String(total)} ${noun}: ${shown.join(', ')}${rest}`;
  return [{ what, remedy: 'sessions' }];
}

/** Only a person can decide about a prepared transaction. */
export function preparedTransactions({ prepared }: Pick<RetiredRow, 'prepared'>): Blocker[] {
  return prepared.map(({ gid, database }) => {
    const statement = `ROLLBACK PREPARED ${quoteLiteral(gid)}`;
    const what = `has a prepared transaction in database ${database} (${statement})`;
    return { what, remedy: 'prepared' };
  });
}

export function unreadable(database: string, reason: string): Blocker {
  const what = `has objects or privileges in database ${database}, which pgwarden cannot inspect: ${reason}`;
  return { what, remedy: 'elsewhere' };
}
