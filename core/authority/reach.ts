import type { RoleReach, Live } from '../live.ts';
import type { RoleGraph } from '../graph.ts';
import { grouped } from '../grouped.ts';

type Known = Pick<Live, 'graph' | 'reach'>;

/**
 * Roles that can become one of the targets, each with a target that it can become, through existing and declared
 * memberships. Memberships that the same plan revokes count, because they may stay. The effort is linear.
 */
export function thoseWhoReach(
  targets: readonly string[],
  { graph, reach }: Known,
): ReadonlyMap<string, string> {
  const known = edgesByReach.get(reach);
  const edges = known?.graph === graph ? known : { graph, members: membersIn(graph, reach) };
  edgesByReach.set(reach, edges);
  const found = new Map(targets.map((target) => [target, target]));
  // What is added on the way is visited, too.
  for (const [name, target] of found)
    for (const member of edges.members.get(name) ?? [])
      if (!found.has(member)) found.set(member, target);
  return found;
}

interface Edges {
  readonly graph: RoleGraph;
  readonly members: ReadonlyMap<string, readonly string[]>;
}

const edgesByReach = new WeakMap<RoleReach, Edges>();

function membersIn({ memberships }: RoleGraph, reach: RoleReach): Edges['members'] {
  const pairs = [
    ...memberships,
    ...[...reach.values()].flatMap(({ role: member, groups }) =>
      groups.map((role) => ({ role, member })),
    ),
  ];
  const byGroup = grouped(pairs, ({ role }) => role);
  return new Map([...byGroup].map(([role, edges]) => [role, edges.map(({ member }) => member)]));
}

type Acting = Known & Pick<Live, 'server'>;

/** Whether someone who can act as one role can act as another one anyway, so that their code gives them nothing new. */
export function mayActAs(one: string, other: string, live: Acting): boolean {
  return [live.server.user, live.server.login].includes(one) || actorsFor(other, live).has(one);
}

const actorsByReach = new WeakMap<RoleReach, Map<string, ReadonlyMap<string, string>>>();

/** Roles that can become a role or a superuser. */
function actorsFor(role: string, live: Acting): ReadonlyMap<string, string> {
  const known = actorsByReach.get(live.reach) ?? new Map<string, ReadonlyMap<string, string>>();
  actorsByReach.set(live.reach, known);
  const actors = known.get(role) ?? thoseWhoReach([role, ...superusers(live)], live);
  known.set(role, actors);
  return actors;
}

function superusers({ graph, reach }: Known): string[] {
  return [
    ...[...reach.values()].filter(({ attributes }) => attributes.includes('superuser')),
    ...graph.roles.filter(({ superuser }) => superuser).map(({ name }) => ({ role: name })),
  ].map(({ role }) => role);
}
