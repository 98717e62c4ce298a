import type { Live } from '../live.ts';
import { oncePer } from '../once-per.ts';
import { type Way, isMembership } from '../way.ts';

/** Compares roles: a role that is reached through another is dropped before the other. */
export function dropOrder({
  rights,
}: Pick<Live, 'rights'>): (left: string, right: string) => number {
  const depths = depthsOf(rights.ways);
  return (left, right) => (depths.get(right) ?? 0) - (depths.get(left) ?? 0);
}

/** The length of the longest way to each role. PostgreSQL allows no circles. The number of rounds is limited anyway. */
const depthsOf = oncePer((ways: readonly Way[]): ReadonlyMap<string, number> => {
  const memberships = ways.filter(isMembership);
  const depths = new Map<string, number>();
  for (let round = 0, isChanged = true; isChanged && round <= memberships.length; round += 1) {
    isChanged = false;
    for (const { role, member } of memberships) {
      const depth = (depths.get(member) ?? 0) + 1;
      if (depth <= (depths.get(role) ?? 0)) continue;
      depths.set(role, depth);
      isChanged = true;
    }
  }
  return depths;
});
