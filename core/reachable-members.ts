import type { MembershipPair } from './graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** The direct and indirect members of some groups. */
export interface ReachableMembers {
  readonly has: (group: string, member: string) => boolean;
  /** Whether the group itself or one of its members is open. */
  readonly hasOpen: (group: string) => boolean;
}

/** Number of bits that a bitwise operation can use without a negative result. */
const groupsPerPass = 31;

/**
 * The members of `groups`. The edges have no circle. One pass over the edges covers 31 groups, so that the cost depends
 * neither on the number of paths between two roles nor much on the number of groups. `isOpen` is called once for each
 * role.
 */
export function reachableMembers(
  edges: readonly MembershipPair[],
  groups: Iterable<string>,
  isOpen: (role: string) => boolean,
): ReachableMembers {
  const wanted = [...new Set(groups)];
  const place = new Map(wanted.map((group, index) => [group, index]));
  const ordered = topologicalOrder(edges).edges;
  const passes: Pass[] = [];
  for (let first = 0; first < wanted.length; first += groupsPerPass)
    passes.push(passFor(wanted.slice(first, first + groupsPerPass), ordered, isOpen));
  const bitOf = (group: string): { pass: Pass | undefined; bit: number } => {
    const index = place.get(group) ?? -1;
    return { pass: passes[Math.floor(index / groupsPerPass)], bit: 1 << (index % groupsPerPass) };
  };
  return {
    has: (group, member) => {
      const { pass, bit } = bitOf(group);
      return ((pass?.groupsOf.get(member) ?? 0) & bit) !== 0;
    },
    hasOpen: (group) => {
      const { pass, bit } = bitOf(group);
      return ((pass?.open ?? 0) & bit) !== 0;
    },
  };
}

/** Up to 31 groups, with one bit for each. */
interface Pass {
  readonly groupsOf: ReadonlyMap<string, number>;
  /** Groups that are open or have an open member. */
  readonly open: number;
}

function passFor(
  groups: readonly string[],
  ordered: readonly MembershipPair[],
  isOpen: (role: string) => boolean,
): Pass {
  const groupsOf = new Map(groups.map((group, index) => [group, 1 << index]));
  for (const { role, member } of ordered) {
    const above = groupsOf.get(role);
    if (above !== undefined) groupsOf.set(member, (groupsOf.get(member) ?? 0) | above);
  }
  let open = 0;
  for (const [role, bits] of groupsOf) if (isOpen(role)) open |= bits;
  return { groupsOf, open };
}
