import type { Expansion } from '../expand.ts';
import type { MembershipSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';

/** One entry for each edge. An edge may be declared once, or again with the same options; circles are refused. */
export function expandMemberships(manifest: Manifest, expansion: Expansion): MembershipSpec[] {
  const edges = new Map<string, MembershipSpec>();
  (manifest.memberships ?? []).forEach(({ role, members }, index) => {
    members.forEach(({ name, inherit = true, admin = false }, position) => {
      const path = ['memberships', index, 'members', position];
      const edge = { role, member: name, inherit, admin };
      const key = `${role}\0${name}`;
      const other = edges.get(key);
      if (other !== undefined && (other.inherit !== inherit || other.admin !== admin)) {
        const message = `makes ${JSON.stringify(name)} a member of ${JSON.stringify(role)} again with other options`;
        expansion.problems.push({ path, message });
      }
      edges.set(key, edge);
      if (isCircle(edge, [...edges.values()])) {
        const message = `closes a circle: ${JSON.stringify(role)} is already a member of ${JSON.stringify(name)}`;
        expansion.problems.push({ path, message });
        edges.delete(key);
      }
    });
  });
  return [...edges.values()];
}

/** Whether the group of an edge is, directly or not, a member of the edge's member. */
function isCircle({ role, member }: MembershipSpec, edges: readonly MembershipSpec[]): boolean {
  const reached = new Set([role]);
  for (const group of reached) {
    if (group === member) return true;
    for (const edge of edges) {
      if (edge.member === group) reached.add(edge.role);
    }
  }
  return false;
}
