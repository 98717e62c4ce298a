import type { RoleGraph } from '../graph.ts';
import { grouped } from '../grouped.ts';
import type { Live } from '../kind.ts';

type Attribute = 'superuser' | 'createdb' | 'createrole' | 'replication' | 'bypassrls';

/** What a role has itself, as far as it was looked at. */
interface RoleStanding {
  readonly role: string;
  readonly attributes: readonly Attribute[];
  readonly groups: readonly string[];
}

/** By role. Roles that are not there yet, or that nobody asked for, have no entry. */
export type RoleReach = ReadonlyMap<string, RoleStanding>;

type Known = Pick<Live, 'graph' | 'reach'>;

/**
 * A role with all that it can become, by memberships as they are and as they are declared. Those that the same plan
 * takes away count, because they may stay.
 */
export function reachOf(role: string, { graph, reach }: Known): ReadonlySet<string> {
  const declared = declaredGroups(graph);
  const reached = new Set([role]);
  for (const name of reached) {
    for (const group of reach.get(name)?.groups ?? []) reached.add(group);
    for (const { role: group } of declared.get(name) ?? []) reached.add(group);
  }
  return reached;
}

const groupsByGraph = new WeakMap<RoleGraph, ReturnType<typeof groupsIn>>();

function declaredGroups(graph: RoleGraph): ReturnType<typeof groupsIn> {
  const known = groupsByGraph.get(graph) ?? groupsIn(graph);
  groupsByGraph.set(graph, known);
  return known;
}

function groupsIn({ memberships }: RoleGraph) {
  return grouped(memberships, ({ member }) => member);
}

/** Whether somebody who may act as one role can act as another one anyway, so that code of theirs brings nothing new. */
export function mayActAs(one: string, other: string, live: Known & Pick<Live, 'server'>): boolean {
  if ([live.server.user, live.server.login].includes(one)) return true;
  const reached = reachOf(one, live);
  return reached.has(other) || [...reached].some((name) => isSuperuser(name, live));
}

function isSuperuser(name: string, { graph, reach }: Known): boolean {
  return (
    reach.get(name)?.attributes.includes('superuser') === true ||
    graph.roles.some((role) => role.name === name && role.superuser)
  );
}
