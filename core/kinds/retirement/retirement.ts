import { losesObjects } from '../../graph-index.ts';
import { membershipOptionsSince } from '../../membership-options.ts';
import type { Other, RetirementFact } from './fact.ts';
import type { Way } from '../../way.ts';
import type { RetirementSpec } from '../../graph.ts';
import type { ObjectKind } from '../../kind.ts';
import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { lacksToAlterRole } from '../role/authority.ts';
import type { Lack } from '../../need.ts';
import { listed } from '../../listed.ts';
import { isAmong, oncePer } from '../../once-per.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import {
  type Blockers,
  blockersIn,
  holdings,
  isForced,
  openSessions,
  preparedTransactions,
  unreadable,
} from './blockers.ts';
import { grantKinds } from '../grant/types/all.ts';
import { adviceFor, adviceToLockOut } from './remedies.ts';
import { grantingOwners } from './grants.ts';
import { grantsForHeir } from './heir.ts';
import { remaining, remainingElsewhere, schemasMoved } from './moved.ts';
import { type ColumnGrant, columnGrantsLeft } from './onwards.ts';
import { type Dependency, type RetiredRow, retiredRoles, retiredRow } from './query.ts';
import { renderRetirement } from './sql.ts';

type Row = RetiredRow | { readonly database: string; readonly unreadable: string };

export const retirement: ObjectKind<RetirementFact, Row, 'roles_dropped' | 'sessions_terminated'> =
  {
    name: 'retirement',
    inspect: retiredRoles(grantKinds),
    elsewhere: {
      databases: (rows, live) =>
        rows.flatMap((row) => (specFor(row, live) === undefined ? [] : elsewhereOf(row))),
      unreadable: (database, reason) => ({ database, unreadable: reason }),
    },
    decode: (value) => retiredRow.parse(value),
    observed: (rows, live) =>
      rows.flatMap((row) => {
        const spec = specFor(row, live);
        return spec === undefined || 'unreadable' in row
          ? []
          : [observedRetirement(spec, row, rows, live)];
      }),
    desired: () => [],
    key: ({ role }) => role,
    needs: ({ state, target }) => [
      ...successor(state.reassignOwnedTo),
      ...target.grants,
      ...target.schemas.map((key) => ({ kind: 'schema', key })),
    ],
    needsAhead: ({ state }) =>
      state.elsewhere.length === 0 ? [] : successor(state.reassignOwnedTo),
    governs: () => true,
    effect: () => 'destroys',
    // Sessions start and end, and the plan leaves out steps that were taken. The meaning is the same.
    meaning: ({ state }) => ({ ...state, login: undefined, sessions: undefined }),
    unsafe: (edit, live) => retiresOurselves(edit, live) ?? blockedDrop(edit),
    takes: ({ fact: { state } }) =>
      state.granters.map((role) => ({ role, right: 'privileges', besides: true })),
    lacks: lacksRightToDrop,
    ways: { about: ({ id }) => id.role, left: leftOfRetirement },
    drops: ({ id, state }) => (state.lockOutOnly ? undefined : id.role),
    render: (edits) => edits.flatMap(({ fact }) => renderRetirement(fact)),
    explain: explainRetirement,
    summary: {
      roles_dropped: { place: 30, line: ['-', 'role'] },
      sessions_terminated: { place: 40 },
    },
    counts: ({ fact }) => [
      { as: 'roles_dropped', once: fact.id.role },
      ...(fact.state.terminateSessions
        ? [{ as: 'sessions_terminated', once: fact.id.role } as const]
        : []),
    ],
  };

function successor(role: string | undefined): { readonly kind: 'role'; readonly key: string }[] {
  return role === undefined ? [] : [{ kind: 'role', key: role }];
}

/** The retirement in a row of the policy's own database, if the mode retires roles. */
function specFor(row: Row, { graph, mode, server }: Live): RetirementSpec | undefined {
  if (mode !== 'authoritative' || 'unreadable' in row || row.database !== server.database)
    return undefined;
  return retirementsByRole(graph.retirements).get(row.role);
}

const retirementsByRole = oncePer(
  (retirements: readonly RetirementSpec[]) =>
    new Map(retirements.map((retirement) => [retirement.role, retirement])),
);

/** By database and, if it could be inspected, also by role. */
const rowsByPlace = oncePer(
  (rows: readonly Row[]) =>
    new Map(
      rows.map((row) => ['unreadable' in row ? row.database : `${row.database}\0${row.role}`, row]),
    ),
);

function elsewhereOf(row: Row): readonly string[] {
  return 'unreadable' in row ? [] : row.elsewhere;
}

function observedRetirement(
  spec: RetirementSpec,
  row: RetiredRow,
  rows: readonly Row[],
  live: Live,
): RetirementFact {
  const { role, ...wanted } = spec;
  const own = remaining(row, live);
  const { login, sessions, holding } = own;
  const others = own.elsewhere.flatMap((database) => lookElsewhere(database, spec, rows, live));
  const found = [blockersIn(own, spec, live), ...others.map(({ blockers }) => blockers)];
  const prepared = preparedTransactions(own);
  const code = found.flatMap((each) => each.code);
  const made = found.flatMap((each) => each.made);
  const isLockedOut = !login && sessions.length === 0;
  const inTheWay = [...prepared, ...code, ...(isForced(spec) ? made : [])];
  const blockers = [
    ...(spec.terminateSessions ? [] : openSessions(own)),
    ...found.flatMap((each) => each.unsaid),
    ...(isForced(spec) ? [] : made),
    ...(isLockedOut ? inTheWay : []),
  ];
  return {
    kind: 'retirement',
    id: { role },
    state: {
      ...wanted,
      login,
      sessions: sessions.reduce((sum, { count }) => sum + count, 0),
      dataLost: losesObjects(spec) ? holding.count : 0,
      granters: grantingOwners(own.dependencies, live),
      columns: columnsLeft(own.dependencies, spec, live),
      lockOutOnly: inTheWay.length > prepared.length,
      elsewhere: others.map(({ other }) => other),
      blockers: blockers.sort((left, right) => (left.what < right.what ? -1 : 1)),
    },
    target: {
      schemas: schemasMoved(row, live),
      grants: grantsForHeir(own.dependencies, spec, live),
      inTheWay: inTheWay.map(({ what }) => what),
    },
  };
}

function columnsLeft(
  dependencies: readonly Dependency[],
  { role, dropOwned }: RetirementSpec,
  live: Live,
): ColumnGrant[] {
  return dropOwned ? dependencies.flatMap((entry) => columnGrantsLeft(entry, role, live)) : [];
}

interface LookedAt {
  readonly other: Other;
  readonly blockers: Blockers;
}

/** What must be cleared there: nothing if that was done before the plan's own transaction. */
function lookElsewhere(
  database: string,
  spec: RetirementSpec,
  rows: readonly Row[],
  live: Live,
): LookedAt[] {
  const places = rowsByPlace(rows);
  const found = places.get(database) ?? places.get(`${database}\0${spec.role}`);
  if (found === undefined) return [];
  if ('unreadable' in found) {
    const made = [unreadable(database, found.unreadable)];
    const other = { database, dataLost: 0, granters: [], columns: [], holds: [] };
    return [{ other, blockers: { unsaid: [], made, code: [] } }];
  }
  // The row of the policy's own database has the objects that all databases share, and no kind revokes anything on them
  // elsewhere.
  const there = remainingElsewhere(found);
  const dependencies = there.dependencies
    .filter(({ where }) => where === 'here')
    .map((entry) => ({ ...entry, revocable: false }));
  if (dependencies.length === 0) return [];
  const where = ` in database ${database}`;
  const dataLost = losesObjects(spec) ? there.holding.count : 0;
  const granters = grantingOwners(dependencies, live);
  const holds = dependencies.flatMap((entry) => holdings(entry, where)).map(({ what }) => what);
  const blockers = blockersIn({ ...there, dependencies, memberships: [] }, spec, live, where);
  const columns = columnsLeft(dependencies, spec, live);
  return [{ other: { database, dataLost, granters, columns, holds }, blockers }];
}

const shownHoldings = 3;

function explainRetirement({ fact: { id, state, target } }: Edit<RetirementFact>): string {
  const holds = [...target.inTheWay, ...state.elsewhere.flatMap((other) => other.holds)];
  const more = holds.length > shownHoldings ? ' and more' : '';
  const still = holds.length === 0 ? '' : `: it ${holds.slice(0, shownHoldings).join('; ')}${more}`;
  return `role ${id.role} is retired${still}`;
}

/** DROP OWNED revokes the privileges of a role and, from PostgreSQL 16 on, the memberships that it granted. */
function leftOfRetirement({ fact }: Edit<RetirementFact>, way: Way): Way | undefined {
  const { id, state } = fact;
  if (state.lockOutOnly || !state.dropOwned) return way;
  const isTaken =
    way.via === 'member'
      ? way.grantor === id.role
      : way.grantee === id.role && way.owner !== id.role;
  return isTaken ? undefined : way;
}

function retiresOurselves({ fact }: Edit<RetirementFact>, { server }: Live): Refusal | undefined {
  const { role } = fact.id;
  if (![server.user, server.login, server.bootstrap].includes(role)) return undefined;
  const ours = role === server.user || role === server.login;
  const who = ours ? 'the role it connects with' : "the server's first superuser";
  return new Refusal(
    'UnsafeSelfChange',
    `the policy retires ${quoteIdentifier(role)}, ${who}`,
    'Connect with another role, or leave this one out of retirements.',
  );
}

const shownBlockers = 5;

function blockedDrop({ fact }: Edit<RetirementFact>): Refusal | undefined {
  const { blockers, lockOutOnly, login } = fact.state;
  if (blockers.length === 0) return undefined;
  const all = blockers.map(({ what }) => what);
  const isLockedOut = !login && lockOutOnly && isForced(fact.state);
  const stays = isLockedOut ? '; it stays without LOGIN' : '';
  return new Refusal(
    'UnsafeRoleDrops',
    `role ${quoteIdentifier(fact.id.role)} cannot be dropped: it ${listed(all, shownBlockers, '; ')}${stays}`,
    login ? `${adviceFor(blockers)}${adviceToLockOut(blockers)}` : adviceFor(blockers),
    all.length > shownBlockers ? all : [],
  );
}

/** This must be known before the first step, because committed steps stay if the drop is not allowed. */
function lacksRightToDrop({ fact }: Edit<RetirementFact>, live: Live): Lack[] {
  const { server, rights } = live;
  const { role } = fact.id;
  const attributes = lacksToAlterRole(live);
  if (server.superuser || isAmong(rights.grantable, role)) return attributes;
  const name = quoteIdentifier(role);
  const hasAdmin = server.major >= membershipOptionsSince;
  // Up to PostgreSQL 15, CREATEROLE suffices for every role that is no superuser.
  if (!hasAdmin && attributes.length > 0) return attributes;
  const remedy = hasAdmin
    ? `run GRANT ${name} TO ${quoteIdentifier(server.user)} WITH ADMIN OPTION (only a superuser can drop a superuser)`
    : `drop superuser ${name}`;
  return [...attributes, { what: `the right to drop role ${name}`, remedy }];
}
