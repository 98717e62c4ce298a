import { membershipOptionsSince } from '../../membership-options.ts';
import { z } from 'zod';
import type { MembershipPair, MembershipSpec } from '../../graph.ts';
import { isPairOf, isRetired, pairOf, roleNamed } from '../../graph-index.ts';
import { grouped } from '../../grouped.ts';
import type { Live } from '../../live.ts';
import { isAmong, oncePer } from '../../once-per.ts';
import { isProviderRole } from '../../authority/provider-roles.ts';
import type { MembershipFact, MembershipOptions } from './fact.ts';

export const edgeRow = z.object({
  role: z.string(),
  member: z.string(),
  grantor: z.string().nullable(),
  /** Whether the member has CREATEROLE, and so may have created this role. */
  creator: z.boolean(),
  admin: z.boolean(),
  inherit: z.boolean(),
  set: z.boolean(),
});
export type EdgeRow = z.infer<typeof edgeRow>;

/** The existing edges that a policy can change. */
export function observedEdges(rows: readonly EdgeRow[], live: Live): MembershipFact[] {
  const around = surroundings(rows, live);
  return rows.filter((edge) => !isSystemState(edge, around)).map((edge) => factOf(edge));
}

export function desiredEdges(rows: readonly EdgeRow[], live: Live): MembershipFact[] {
  const byPair = grouped(rows, pairOf);
  const around = surroundings(rows, live);
  return live.graph.memberships.flatMap((spec) =>
    edgesFor(spec, byPair.get(pairOf(spec)) ?? [], around),
  );
}

/** The context in which the functions below judge an edge. */
interface Surroundings {
  readonly live: Live;
  /** Edges with ADMIN, by group and member. */
  readonly admins: ReadonlyMap<string, readonly EdgeRow[]>;
  /** Groups on which the connected role itself has ADMIN. */
  readonly administeredGroups: ReadonlySet<string>;
  /** Results of `losesAdmin`, by group and grantor. */
  readonly losing: Map<string, boolean>;
}

function surroundings(rows: readonly EdgeRow[], live: Live): Surroundings {
  const admins = rows.filter(({ admin }) => admin);
  const ours = admins.filter((edge) => isEdgeOfConnectedRole(edge, live));
  return {
    live,
    admins: grouped(admins, pairOf),
    administeredGroups: new Set(ours.map(({ role }) => role)),
    losing: new Map(),
  };
}

/**
 * Whether an edge is system state, which is never drift. A declared edge is system state only if PostgreSQL made it for
 * the creator of the role.
 */
function isSystemState(edge: EdgeRow, around: Surroundings): boolean {
  const { live } = around;
  if (isCreatorEdge(edge, live)) return !isDeclaredAdmin(edge, live);
  if (isPairOf(live.graph.memberships, edge)) return false;
  const isForeignEdge = isServerManaged(edge, live) && !isAbsent(edge, live);
  return isForeignEdge || isOwnEdge(edge, around);
}

/** The edge that PostgreSQL 16 adds for the creator of a role: ADMIN alone, granted by the bootstrap superuser. */
function isCreatorEdge(edge: EdgeRow, live: Live): boolean {
  const { grantor, admin, inherit, set } = edge;
  return staysCreator(edge, live) && grantor === live.server.bootstrap && admin && !inherit && !set;
}

/** A role that loses CREATEROLE does not stay a creator. Additive mode revokes CREATEROLE from no role. */
function staysCreator({ creator, member }: EdgeRow, { graph, managed, mode }: Live): boolean {
  if (!creator || mode === 'additive' || !managed.has(member)) return creator;
  return roleNamed(graph, member)?.createrole ?? true;
}

/** A declared ADMIN option must be observed, whatever its grantor. */
function isDeclaredAdmin(edge: EdgeRow, { graph }: Live): boolean {
  return isPairOf(declaredAdmins(graph.memberships), edge);
}

const declaredAdmins = oncePer((memberships: readonly MembershipSpec[]) =>
  memberships.filter(({ admin }) => admin),
);

/**
 * Members that belong to PostgreSQL or to a database service, and the bootstrap superuser, which needs no memberships.
 */
function isServerManaged({ member }: EdgeRow, { server, managed }: Live): boolean {
  if (managed.has(member)) return false;
  return member === server.bootstrap || member.startsWith('pg_') || isProviderRole(member);
}

/** Memberships that the connected role depends on: its own, and those whose ADMIN option it uses. */
function isOwnEdge(edge: EdgeRow, around: Surroundings): boolean {
  return isEdgeOfConnectedRole(edge, around.live) || isAdminInUse(edge, around);
}

function isEdgeOfConnectedRole({ member }: EdgeRow, { server }: Live): boolean {
  return member === server.user || member === server.login;
}

/** Up to PostgreSQL 15, CREATEROLE suffices and the connected role needs ADMIN on no group. */
function isAdminInUse(edge: EdgeRow, { live, administeredGroups }: Surroundings): boolean {
  const { server, rights } = live;
  if (server.superuser || server.major < membershipOptionsSince) return false;
  return edge.admin && isAmong(rights.usable, edge.member) && !administeredGroups.has(edge.role);
}

function factOf({ role, member, grantor, admin, inherit, set }: EdgeRow): MembershipFact {
  return {
    kind: 'membership',
    id: { role, member, grantor: grantor ?? undefined },
    state: { admin, inherit, set },
  };
}

/**
 * The edges that a declared membership should have, given the existing ones. Every existing edge is reduced to the
 * declared options. If all of them together still lack an option, one of them, or a new edge, gets it. Edges that
 * disappear because their grantor loses ADMIN do not count. Additive mode reduces no edge, and no mode reduces an edge
 * that the connected role depends on.
 */
function edgesFor(
  spec: MembershipSpec,
  edges: readonly EdgeRow[],
  around: Surroundings,
): MembershipFact[] {
  const { live } = around;
  const { role, member } = spec;
  const options = optionsOf(spec, live);
  const capped = edges
    .filter((edge) => !isSystemState(edge, around))
    .filter((edge) => !losesAdmin(role, edge.grantor, around))
    .map((edge): MembershipFact => {
      const fact = factOf(edge);
      const keeps = live.mode === 'additive' || isOwnEdge(edge, around);
      return keeps ? fact : { ...fact, state: meet(fact.state, options) };
    });
  if (covers(capped, options)) return capped;
  const ours = live.server.superuser ? live.server.bootstrap : live.server.user;
  const raised =
    capped.find(({ id }) => id.grantor === ours || id.grantor === undefined) ??
    capped.find(({ id }) => mayGrantAs(id.grantor, live));
  if (raised !== undefined)
    return capped.map((edge) =>
      edge === raised ? { ...edge, state: join(edge.state, options) } : edge,
    );
  const grantor = live.server.major >= membershipOptionsSince ? ours : undefined;
  return [...capped, { kind: 'membership', id: { role, member, grantor }, state: options }];
}

/** Options that a member has in addition to the declared ones, and keeps because the connected role depends on them. */
export interface KeptOptions extends MembershipPair {
  readonly options: readonly string[];
}

export function keptOptions(rows: readonly EdgeRow[], live: Live): KeptOptions[] {
  if (live.mode === 'additive') return [];
  const byPair = grouped(rows, pairOf);
  const around = surroundings(rows, live);
  return live.graph.memberships.flatMap((spec) => {
    const { role, member } = spec;
    const declared = optionsOf(spec, live);
    const kept = (byPair.get(pairOf(spec)) ?? []).filter(
      (edge) => !isSystemState(edge, around) && isOwnEdge(edge, around),
    );
    const options = (['admin', 'inherit', 'set'] as const).filter(
      (option) => !declared[option] && kept.some((edge) => edge[option]),
    );
    return options.length === 0
      ? []
      : [{ role, member, options: options.map((option) => option.toUpperCase()) }];
  });
}

function mayGrantAs(grantor: string | undefined, { server, rights }: Live): boolean {
  return server.superuser || (grantor !== undefined && isAmong(rights.usable, grantor));
}

/** Before 16 a membership has only ADMIN. `inexpressible` refuses other declared options that do not hold anyway. */
function optionsOf({ admin, inherit = true, set }: MembershipSpec, live: Live): MembershipOptions {
  if (live.server.major < membershipOptionsSince) return { admin, inherit: true, set: true };
  return { admin, inherit, set };
}

function meet(left: MembershipOptions, right: MembershipOptions): MembershipOptions {
  return {
    admin: left.admin && right.admin,
    inherit: left.inherit && right.inherit,
    set: left.set && right.set,
  };
}

function join(left: MembershipOptions, right: MembershipOptions): MembershipOptions {
  return {
    admin: left.admin || right.admin,
    inherit: left.inherit || right.inherit,
    set: left.set || right.set,
  };
}

function covers(
  edges: readonly MembershipFact[],
  { admin, inherit, set }: MembershipOptions,
): boolean {
  const some = (option: keyof MembershipOptions): boolean =>
    edges.some(({ state }) => state[option]);
  return (
    edges.length > 0 &&
    (!admin || some('admin')) &&
    (!inherit || some('inherit')) &&
    (!set || some('set'))
  );
}

/**
 * Whether a grantor will lose ADMIN on a group whose members the policy decides. The memberships that it granted are
 * revoked with it. The result is stored per grantor, because many paths can lead to it. In a circle, no grantor keeps
 * ADMIN.
 */
function losesAdmin(role: string, grantor: string | null, around: Surroundings): boolean {
  const { live, admins, losing } = around;
  if (grantor === null || live.mode === 'additive') return false;
  if (live.mode === 'authoritative' && isRetired(live.graph, grantor)) return true;
  if (!isExclusive(role, live)) return false;
  const key = pairOf({ role, member: grantor });
  const known = losing.get(key);
  if (known !== undefined) return known;
  losing.set(key, true);
  const held = admins.get(key) ?? [];
  const loses = held.length > 0 && held.every((edge) => isLost(edge, around));
  losing.set(key, loses);
  return loses;
}

function isLost(edge: EdgeRow, around: Surroundings): boolean {
  const { graph } = around.live;
  return (
    !isSystemState(edge, around) &&
    !isOwnEdge(edge, around) &&
    (!isPairOf(declaredAdmins(graph.memberships), edge) ||
      losesAdmin(edge.role, edge.grantor, around))
  );
}

/** Whether the manifest declares that a membership must not exist, even in a group that is not exclusive. */
export function isAbsent(pair: MembershipPair, { graph }: Live): boolean {
  return isPairOf(graph.absentMemberships, pair);
}

/** Whether the members of a group are exactly the declared ones. */
export function isExclusive(group: string, { managed, graph }: Live): boolean {
  return managed.has(group) || isAmong(graph.exclusiveGroups, group);
}
