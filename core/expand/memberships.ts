import type { MembershipSpec, RoleSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import { closingEdges } from '../closing-edges.ts';
import type { InParts } from '../parts.ts';
import { flatMapInParts, forEachInParts } from '../parts.ts';
import type { Expansion } from './expansion.ts';

/** One entry per edge. An edge may be declared again only with the same options; circles are refused. */
export function* expandMemberships(
  manifest: Manifest,
  expansion: Expansion,
): InParts<MembershipSpec[]> {
  const declared = yield* declaredEdges(manifest);
  yield;
  const closing = new Set(closingEdges(declared));
  const edges = new Map<string, MembershipSpec>();
  yield* forEachInParts(declared, (one) => {
    const { path, ...edge } = one;
    const key = keyOf(edge);
    const other = edges.get(key);
    if (other !== undefined && !sameOptions(other, edge)) {
      const message = `makes ${JSON.stringify(edge.member)} a member of ${JSON.stringify(edge.role)} again with other options`;
      expansion.problems.push({ path, message });
    }
    if (closing.has(one)) expansion.problems.push({ path, message: circleText(edge) });
    else edges.set(key, { ...edge, inherit: edge.inherit ?? other?.inherit });
  });
  return [...edges.values()];
}

interface DeclaredEdge extends MembershipSpec {
  readonly path: readonly (string | number)[];
}

function declaredEdges(manifest: Manifest): InParts<DeclaredEdge[]> {
  return flatMapInParts(manifest.memberships ?? [], ({ role, members }, index) =>
    members.map(({ name, inherit, admin = false, set = true }, position) => {
      const path = ['memberships', index, 'members', position];
      return { role, member: name, inherit, admin, set, path };
    }),
  );
}

const keyOf = ({ role, member }: MembershipSpec): string => `${role}\0${member}`;

function circleText({ role, member }: MembershipSpec): string {
  return role === member
    ? `makes ${JSON.stringify(member)} a member of itself`
    : `closes a circle: ${JSON.stringify(role)} is already a member of ${JSON.stringify(member)}`;
}

function sameOptions(left: MembershipSpec, right: MembershipSpec): boolean {
  return (
    (left.inherit ?? true) === (right.inherit ?? true) &&
    left.admin === right.admin &&
    left.set === right.set
  );
}

/** The policy's own groups always have exactly the declared members, so `exclusive: false` is refused for them. */
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
