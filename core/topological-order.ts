import type { MembershipPair } from './graph.ts';
import { grouped } from './grouped.ts';

/**
 * Edges sorted in one pass so that a role's own groups come before its members. Edges in a circle, or below one, are
 * left out; `isAcyclic` says whether there are none. Source: Kahn, Topological sorting of large networks, 1962.
 */
export function topologicalOrder<E extends MembershipPair>(
  edges: readonly E[],
): { readonly edges: readonly E[]; readonly isAcyclic: boolean } {
  const membersOf = grouped(edges, ({ role }) => role);
  const groups = new Map<string, number>();
  for (const { member } of edges) groups.set(member, (groups.get(member) ?? 0) + 1);
  const ready = [...membersOf.keys()].filter((role) => !groups.has(role));
  const ordered: E[] = [];
  for (const role of ready) {
    for (const edge of membersOf.get(role) ?? []) {
      ordered.push(edge);
      const left = (groups.get(edge.member) ?? 0) - 1;
      groups.set(edge.member, left);
      if (left === 0) ready.push(edge.member);
    }
  }
  return { edges: ordered, isAcyclic: ordered.length === edges.length };
}
