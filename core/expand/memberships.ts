import type { MembershipSpec, RoleSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { Expansion } from './expansion.ts';

/** One entry for each edge. An edge may be declared once, or again with the same options; circles are refused. */
export function expandMemberships(manifest: Manifest, expansion: Expansion): MembershipSpec[] {
  const edges = new Map<string, MembershipSpec>();
  (manifest.memberships ?? []).forEach(({ role, members }, index) => {
    members.forEach(({ name, inherit, admin = false, set = true }, position) => {
      const path = ['memberships', index, 'members', position];
      const edge = { role, member: name, inherit, admin, set };
      const key = `${role}\0${name}`;
      const other = edges.get(key);
      if (other !== undefined && !sameOptions(other, edge)) {
        const message = `makes ${JSON.stringify(name)} a member of ${JSON.stringify(role)} again with other options`;
        expansion.problems.push({ path, message });
      }
      edges.set(key, { ...edge, inherit: inherit ?? other?.inherit });
      if (isCircle(edge, [...edges.values()])) {
        const message =
          role === name
            ? `makes ${JSON.stringify(name)} a member of itself`
            : `closes a circle: ${JSON.stringify(role)} is already a member of ${JSON.stringify(name)}`;
        expansion.problems.push({ path, message });
        edges.delete(key);
      }
    });
  });
  return [...edges.values()];
}

function sameOptions(left: MembershipSpec, right: MembershipSpec): boolean {
  return (
    (left.inherit ?? true) === (right.inherit ?? true) &&
    left.admin === right.admin &&
    left.set === right.set
  );
}

/** The members of the policy's own groups are exactly the declared ones anyhow, which cannot be said otherwise. */
export function exclusiveGroups(
  manifest: Manifest,
  roles: readonly RoleSpec[],
  { problems }: Expansion,
): string[] {
  const own = new Set(roles.filter(({ external }) => !external).map(({ name }) => name));
  const sections = manifest.memberships ?? [];
  const exclusive = sections.filter((section) => section.exclusive === true);
  const groups = new Set(exclusive.map(({ role }) => role));
  sections.forEach(({ role, exclusive: said }, index) => {
    if (said !== false) return;
    const name = JSON.stringify(role);
    const path = ['memberships', index, 'exclusive'];
    if (own.has(role)) {
      const message = `is false for ${name}, a role the policy declares: its members are always exactly the declared ones`;
      problems.push({ path, message });
    } else if (groups.has(role)) {
      problems.push({ path, message: `is false for ${name}, and true in another entry for it` });
    }
  });
  return [...groups].filter((group) => !own.has(group)).sort();
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
