import { patched } from '@temporalio/workflow';
import type { Claim } from '../activities/contract.ts';
import { samePolicy, withoutPolicy } from './claim-book.ts';
import { mostClaimed, sizeOf, totalSize } from './claim-size.ts';

/** Why a claim does not fit: because of all claims of the server, or of those of its own namespace. */
export type Crowd = 'server' | 'namespace';

/**
 * Whether one more claim fits on a server. A namespace may hold at most two thirds of what the others leave free, so
 * that a newcomer always finds room: one alone may hold 1,000,000 bytes, the next one 333,000. A claim that does not
 * grow always fits. Unproven claims give way to proven ones.
 */
export function crowdFor(claims: readonly Claim[], claim: Claim): Crowd | undefined {
  const standing = claim.unproven === undefined ? claims.filter(isProven) : claims;
  const others = withoutPolicy(standing, claim.policy);
  if (sizeOf(claim) + totalSize(others) > mostClaimed) return 'server';
  const before = standing.find(({ policy }) => samePolicy(policy, claim.policy));
  if (before !== undefined && sizeOf(claim) <= sizeOf(before)) return undefined;
  const own = totalSize(others.filter((held) => isNeighbour(held, claim)));
  const isFair = own + sizeOf(claim) <= (2 / 3) * (mostClaimed - (totalSize(others) - own));
  return isFair || !patched('namespaces-share-room') ? undefined : 'namespace';
}

/** The latest unproven claims, which no longer fit beside a claim of another policy. */
export function displaced(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  let over = totalSize(claims) - mostClaimed;
  if (over <= 0 || !patched('namespaces-share-room')) return [];
  const last = claims.filter((held) => !isProven(held) && !samePolicy(held.policy, claim.policy));
  return last.toReversed().filter((held) => {
    const isInTheWay = over > 0;
    if (isInTheWay) over -= sizeOf(held);
    return isInTheWay;
  });
}

function isProven({ unproven }: Claim): boolean {
  return unproven === undefined;
}

function isNeighbour(held: Claim, claim: Claim): boolean {
  return held.policy.namespace === claim.policy.namespace;
}
