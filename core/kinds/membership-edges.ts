import { z } from 'zod';
import type { MembershipPair, MembershipSpec } from '../graph.ts';
import { grouped } from '../grouped.ts';
import type { Live } from '../kind.ts';
import { isProviderRole } from '../authority/provider-roles.ts';
import type { MembershipFact, MembershipOptions } from './membership.ts';

/** The first version whose memberships have options and one row for each grantor. */
export const perGrantor = 16;

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
  const declared = declaredPairs(live);
  return rows
    .filter((edge) => !isSystemState(edge, { declared, rows, live }))
    .map((edge) => factOf(edge));
}

export function desiredEdges(rows: readonly EdgeRow[], live: Live): MembershipFact[] {
  const byPair = grouped(rows, pairOf);
  return live.graph.memberships.flatMap((spec) =>
    edgesFor(spec, byPair.get(pairOf(spec)) ?? [], rows, live),
  );
}

const pairOf = ({ role, member }: { role: string; member: string }): string => `${role}\0${member}`;

function declaredPairs({ graph }: Live): ReadonlySet<string> {
  return new Set(graph.memberships.map(pairOf));
}

interface Surroundings {
  /** Pairs of group and member that count as declared. */
  readonly declared: ReadonlySet<string>;
  readonly rows: readonly EdgeRow[];
  readonly live: Live;
}

/** Edges that are not drift: see below. A declared edge is one of them only where it is a creator's own. */
function isSystemState(edge: EdgeRow, { declared, rows, live }: Surroundings): boolean {
  if (isCreators(edge, live)) return !isDeclaredAdmin(edge, live);
  if (declared.has(pairOf(edge))) return false;
  const isSomeoneElses = isServers(edge, live) && !isAbsent(edge, live);
  return isSomeoneElses || isOurs(edge, rows, live);
}

/** What PostgreSQL 16 gives a role's creator: ADMIN alone, granted by the bootstrap superuser. */
function isCreators(edge: EdgeRow, live: Live): boolean {
  const { grantor, admin, inherit, set } = edge;
  return staysCreator(edge, live) && grantor === live.server.bootstrap && admin && !inherit && !set;
}

/** Who loses CREATEROLE keeps no role as its creator. A mode that only adds takes it from nobody. */
function staysCreator({ creator, member }: EdgeRow, { graph, managed, mode }: Live): boolean {
  if (!creator || mode === 'additive' || !managed.has(member)) return creator;
  return graph.roles.find(({ name }) => name === member)?.createrole ?? true;
}

/** ADMIN that is declared has to be seen, whoever gave it. */
function isDeclaredAdmin({ role, member }: EdgeRow, { graph }: Live): boolean {
  return graph.memberships.some(
    (spec) => spec.admin && spec.role === role && spec.member === member,
  );
}

/** Members that PostgreSQL or a database service brings, and the first superuser, who needs no memberships. */
function isServers({ member }: EdgeRow, { server, managed }: Live): boolean {
  if (managed.has(member)) return false;
  return member === server.bootstrap || member.startsWith('pg_') || isProviderRole(member);
}

/** The memberships by which the connected role does its work: its own, and those whose ADMIN it uses. */
function isOurs(edge: EdgeRow, rows: readonly EdgeRow[], live: Live): boolean {
  return isOurOwn(edge, live) || isOurAuthority(edge, rows, live);
}

function isOurOwn({ member }: EdgeRow, { server }: Live): boolean {
  return member === server.user || member === server.login;
}

/** Up to PostgreSQL 15 CREATEROLE is authority enough, and nobody needs a group's ADMIN. */
function isOurAuthority(edge: EdgeRow, rows: readonly EdgeRow[], live: Live): boolean {
  const { server, rights } = live;
  if (server.superuser || server.major < perGrantor) return false;
  if (!edge.admin || !rights.usable.includes(edge.member)) return false;
  return !rows.some((own) => own.role === edge.role && own.admin && isOurOwn(own, live));
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
  rows: readonly EdgeRow[],
  live: Live,
): MembershipFact[] {
  const { role, member } = spec;
  const options = optionsOf(spec, live);
  const declared = new Set([pairOf(spec)]);
  const capped = edges
    .filter((edge) => !isSystemState(edge, { declared, rows, live }))
    .filter((edge) => !losesAdmin(role, edge.grantor, rows, live))
    .map((edge): MembershipFact => {
      const fact = factOf(edge);
      const keeps = live.mode === 'additive' || isOurs(edge, rows, live);
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
  const grantor = live.server.major >= perGrantor ? ours : undefined;
  return [...capped, { kind: 'membership', id: { role, member, grantor }, state: options }];
}

function mayGrantAs(grantor: string | undefined, { server, rights }: Live): boolean {
  return server.superuser || (grantor !== undefined && rights.usable.includes(grantor));
}

/** Before 16 a membership has ADMIN only: what else is declared is refused where it is not so anyhow. */
function optionsOf({ admin, inherit = true, set }: MembershipSpec, live: Live): MembershipOptions {
  if (live.server.major < perGrantor) return { admin, inherit: true, set: true };
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

/** Whether a grantor will no longer have ADMIN on a group whose members the policy decides: what it granted goes too. */
function losesAdmin(
  role: string,
  grantor: string | null,
  rows: readonly EdgeRow[],
  live: Live,
): boolean {
  if (grantor === null || live.mode === 'additive' || !isExclusive(role, live)) return false;
  const declared = declaredPairs(live);
  const admins = new Set(live.graph.memberships.filter(({ admin }) => admin).map(pairOf));
  const held = rows.filter((edge) => edge.role === role && edge.member === grantor && edge.admin);
  return (
    held.length > 0 &&
    held.every(
      (edge) =>
        !isSystemState(edge, { declared, rows, live }) &&
        !isOurs(edge, rows, live) &&
        (!admins.has(pairOf(edge)) || losesAdmin(role, edge.grantor, rows, live)),
    )
  );
}

/** Whether a membership is to be gone, whoever decides the group's members. */
export function isAbsent(pair: MembershipPair, { graph }: Live): boolean {
  const { role, member } = pair;
  return graph.absentMemberships.some((absent) => absent.role === role && absent.member === member);
}

/** Whether the members of a group are exactly the declared ones. */
export function isExclusive(group: string, { managed, graph }: Live): boolean {
  return managed.has(group) || graph.exclusiveGroups.includes(group);
}
