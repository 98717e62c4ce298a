import { isPairOf, isRetired } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import { everyone } from '../../public.ts';
import { quoteIdentifier } from '../../sql.ts';
import { isAbsent, isExclusive } from '../membership/edges.ts';
import type { Entry, GrantedMembership, Onwards } from './onwards-sql.ts';
import type { Dependency } from './query.ts';

/**
 * A privilege on a column that a retired role granted with an option on the whole relation, and that DROP OWNED leaves.
 */
export type ColumnGrant = {
  readonly relation: string;
  readonly column: string;
  readonly privilege: string;
  readonly owner: string;
};

/**
 * Privileges that others lose with a retired role, because it granted them, each as `SELECT ... to "ana"` with the
 * object in place of the dots. A privilege that another grantor gave too is not lost, and neither are privileges of
 * roles that are retired as well.
 */
export function lossesWith(
  dependency: Dependency,
  role: string,
  live: Live,
): ((object: string) => string)[] {
  const { onwards } = dependency;
  if (!onwards) return [];
  const { entries, column, owner } = onwards;
  const whole = column === null ? [] : staying(column.entries, [], owner, live);
  const kept = staying(entries, whole, owner, live);
  const lost = entries.filter(
    (entry) =>
      !kept.includes(entry) &&
      !goes(entry.grantee, live) &&
      !isCovered(entry, [...kept, ...whole]) &&
      !isPlanned(entry, dependency, role, live),
  );
  const alike = new Map(lost.map((entry) => [holderKey(entry), entry]));
  return [...alike.values()].map(
    ({ privilege, grantee }) =>
      (object) =>
        `granted ${privilege} on ${object} to ${granteeName(grantee)}, which would lose it`,
  );
}

const granteeName = (grantee: string | null): string =>
  grantee === null ? everyone : quoteIdentifier(grantee);

/**
 * Whether the kinds of grants manage an entry: they read the object, and revoke the entry themselves or keep the
 * retired role while a grant of it exists. The role can have lost its option on a column.
 */
function isPlanned(
  { grantee, privilege }: Entry,
  { revocable, onwards }: Dependency,
  role: string,
  { judged }: Live,
): boolean {
  if (!revocable || !onwards) return false;
  const { entries, column } = onwards;
  const hasOption = [...entries, ...(column?.entries ?? [])].some(
    (entry) => entry.grantee === role && entry.privilege === privilege && entry.grantable,
  );
  return hasOption || (grantee !== null && judged.has(grantee));
}

/**
 * Entries whose grantors keep the option to grant them. `whole` are the entries that stay on the relation of a column.
 */
function staying(
  entries: readonly Entry[],
  whole: readonly Entry[],
  owner: string,
  live: Live,
): readonly Entry[] {
  const kept = entries.filter(
    ({ grantee, grantor }) => !goes(grantee, live) && !goes(grantor, live),
  );
  const holders = new Set([...whole, ...kept].filter(({ grantable }) => grantable).map(holderKey));
  const left = kept.filter(
    ({ grantor, privilege }) =>
      grantor === owner || holders.has(holderKey({ grantee: grantor, privilege })),
  );
  return left.length === entries.length ? left : staying(left, whole, owner, live);
}

const holderKey = ({ grantee, privilege }: Pick<Entry, 'grantee' | 'privilege'>): string =>
  `${privilege}\0${grantee ?? ''}`;

function goes(role: string | null, { graph }: Live): boolean {
  return role !== null && isRetired(graph, role);
}

function isCovered(lost: Entry, kept: readonly Entry[]): boolean {
  return kept.some(
    ({ grantee, privilege, grantable }) =>
      grantee === lost.grantee && privilege === lost.privilege && (grantable || !lost.grantable),
  );
}

/** Grants of a retired role on a column that DROP OWNED leaves, because the role has no option on the column itself. */
export function columnGrantsLeft(dependency: Dependency, role: string, live: Live): ColumnGrant[] {
  const { onwards } = dependency;
  if (!onwards || onwards.column === null) return [];
  const { column, owner } = onwards;
  const left = leftBy(role, onwards).filter((entry) => !isPlanned(entry, dependency, role, live));
  return [...new Set(left.map(({ privilege }) => privilege))]
    .sort()
    .map((privilege) => ({ relation: column.relation, column: column.name, privilege, owner }));
}

/** Grants of a retired role that stay although it loses its own privileges. */
function leftBy(role: string, { entries, byGroups }: Onwards): readonly Entry[] {
  const options = new Set(
    entries.filter(({ grantee, grantable }) => grantee === role && grantable).map(holderKey),
  );
  return entries.filter(
    ({ grantee, grantor, privilege }) =>
      grantor === role &&
      grantee !== role &&
      (!options.has(holderKey({ grantee: role, privilege })) || byGroups.includes(privilege)),
  );
}

/** Grants of a retired role that PostgreSQL keeps because the role is a member of a role with the option. */
export function grantsKept(
  { onwards, revocable }: Dependency,
  role: string,
): ((object: string) => string)[] {
  if (!onwards || revocable) return [];
  return leftBy(role, onwards)
    .filter(({ privilege }) => onwards.column === null || onwards.byGroups.includes(privilege))
    .map(
      ({ privilege, grantee }) =>
        (object) =>
          `granted ${privilege} on ${object} to ${granteeName(grantee)}, which DROP OWNED leaves`,
    );
}

/** Memberships that the plan neither revokes itself nor grants again, and that would end with their grantor. */
export function membershipsEnding(memberships: readonly GrantedMembership[], live: Live): string[] {
  return memberships
    .filter(
      (edge) =>
        !goes(edge.role, live) &&
        !goes(edge.member, live) &&
        !isPairOf(live.graph.memberships, edge) &&
        !isRevokedByPlan(edge, live) &&
        !isGrantedTwice(edge),
    )
    .map(
      ({ role, member }) =>
        `granted membership in role ${quoteIdentifier(role)} to ${quoteIdentifier(member)}, which would lose it`,
    );
}

/** Without drop_owned, a role that granted memberships can be dropped only after they are revoked. */
export function membershipsStaying(
  memberships: readonly GrantedMembership[],
  live: Live,
): string[] {
  return memberships
    .filter(
      (edge) => !goes(edge.role, live) && !goes(edge.member, live) && !isRevokedByPlan(edge, live),
    )
    .map(
      ({ role, member }) =>
        `granted membership in role ${quoteIdentifier(role)} to ${quoteIdentifier(member)}`,
    );
}

function isRevokedByPlan(edge: GrantedMembership, live: Live): boolean {
  const { graph, managed, server } = live;
  if ([server.user, server.login, server.bootstrap].includes(edge.member)) return false;
  const isGoverned = graph.coverage === 'database' && managed.has(edge.member);
  return isExclusive(edge.role, live) || isAbsent(edge, live) || isGoverned;
}

function isGrantedTwice({ others, ...edge }: GrantedMembership): boolean {
  const has = (option: 'admin' | 'inherit' | 'set'): boolean =>
    !edge[option] || others.some((other) => other[option]);
  return others.length > 0 && has('admin') && has('inherit') && has('set');
}
