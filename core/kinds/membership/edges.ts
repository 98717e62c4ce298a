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
  /** Whether the member may create roles, and so may have created this one. */
  creator: z.boolean(),
  admin: z.boolean(),
  inherit: z.boolean(),
  set: z.boolean(),
});
export type EdgeRow = z.infer<typeof edgeRow>;

/** The edges that a policy may change, as they are. */
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

/** What decides about an edge beside itself. */
interface Surroundings {
  readonly live: Live;
  /** Edges with ADMIN, by group and member. */
  readonly admins: ReadonlyMap<string, readonly EdgeRow[]>;
  /** Groups on which the connected role has ADMIN of its own. */
  readonly ourGroups: ReadonlySet<string>;
  /** By group and grantor, what is known of `losesAdmin`. */
  readonly losing: Map<string, boolean>;
}

function surroundings(rows: readonly EdgeRow[], live: Live): Surroundings {
  const admins = rows.filter(({ admin }) => admin);
  const ours = admins.filter((edge) => isOurOwn(edge, live));
  return {
    live,
    admins: grouped(admins, pairOf),
    ourGroups: new Set(ours.map(({ role }) => role)),
    losing: new Map(),
  };
}

/** Edges that are not drift: see below. A declared edge is one of them only where it is a creator's own. */
function isSystemState(edge: EdgeRow, around: Surroundings): boolean {
  const { live } = around;
  if (isCreators(edge, live)) return !isDeclaredAdmin(edge, live);
  if (isPairOf(live.graph.memberships, edge)) return false;
  const isSomeoneElses = isServers(edge, live) && !isAbsent(edge, live);
  return isSomeoneElses || isOurs(edge, around);
}

/** What PostgreSQL 16 gives a role's creator: ADMIN alone, granted by the bootstrap superuser. */
function isCreators(edge: EdgeRow, live: Live): boolean {
  const { grantor, admin, inherit, set } = edge;
  return staysCreator(edge, live) && grantor === live.server.bootstrap && admin && !inherit && !set;
}

/** Who loses CREATEROLE keeps no role as its creator. A mode that only adds takes it from nobody. */
function staysCreator({ creator, member }: EdgeRow, { graph, managed, mode }: Live): boolean {
  if (!creator || mode === 'additive' || !managed.has(member)) return creator;
  return roleNamed(graph, member)?.createrole ?? true;
}

/** ADMIN that is declared has to be seen, whoever gave it. */
function isDeclaredAdmin(edge: EdgeRow, { graph }: Live): boolean {
  return isPairOf(declaredAdmins(graph.memberships), edge);
}

const declaredAdmins = oncePer((memberships: readonly MembershipSpec[]) =>
  memberships.filter(({ admin }) => admin),
);

/** Members that PostgreSQL or a database service brings, and the first superuser, who needs no memberships. */
function isServers({ member }: EdgeRow, { server, managed }: Live): boolean {
  if (managed.has(member)) return false;
  return member === server.bootstrap || member.startsWith('pg_') || isProviderRole(member);
}

/** The memberships by which the connected role does its work: its own, and those whose ADMIN it uses. */
function isOurs(edge: EdgeRow, around: Surroundings): boolean {
  return isOurOwn(edge, around.live) || isOurAuthority(edge, around);
}

function isOurOwn({ member }: EdgeRow, { server }: Live): boolean {
  return member === server.user || member === server.login;
}

/** Up to PostgreSQL 15 CREATEROLE is authority enough, and nobody needs a group's ADMIN. */
function isOurAuthority(edge: EdgeRow, { live, ourGroups }: Surroundings): boolean {
  const { server, rights } = live;
  if (server.superuser || server.major < membershipOptionsSince) return false;
  return edge.admin && isAmong(rights.usable, edge.member) && !ourGroups.has(edge.role);
}

function factOf({ role, member, grantor, admin, inherit, set }: EdgeRow): MembershipFact {
  return {
    kind: 'membership',
    id: { role, member, grantor: grantor ?? undefined },
    state: { admin, inherit, set },
  };
}

/**
 * The edges a declared membership should have, given the ones there are: every existing edge capped to what is
 * declared, and one of them, or a new one, raised when all of them together are still not enough. Edges that go
 * because their grantor loses ADMIN do not count. Nothing is capped where the mode only adds, nor of the edges by
 * which the connected role does its work.
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
      const keeps = live.mode === 'additive' || isOurs(edge, around);
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

/** Options that a member has beyond the declared ones, and keeps because the connected role works by them. */
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
      (edge) => !isSystemState(edge, around) && isOurs(edge, around),
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

/** Before 16 a membership has ADMIN only: what else is declared is refused where it is not so anyhow. */
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
 * Whether a grantor will no longer have ADMIN on a group whose members the policy decides: what it granted goes too. Each
 * grantor is looked at once, though there may be many ways up to it; in a circle none of them keeps anything.
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
    !isOurs(edge, around) &&
    (!isPairOf(declaredAdmins(graph.memberships), edge) ||
      losesAdmin(edge.role, edge.grantor, around))
  );
}

/** Whether a membership is to be gone, whoever decides the group's members. */
export function isAbsent(pair: MembershipPair, { graph }: Live): boolean {
  return isPairOf(graph.absentMemberships, pair);
}

/** Whether the members of a group are exactly the declared ones. */
export function isExclusive(group: string, { managed, graph }: Live): boolean {
  return managed.has(group) || isAmong(graph.exclusiveGroups, group);
}
