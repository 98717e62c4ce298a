import { patched } from '@temporalio/workflow';
import type { Claim } from '../activities/contract.ts';
import { samePolicy, withoutPolicy } from './claim-book.ts';
import { mostClaimed, sizeOf, totalSize } from './claim-size.ts';

/** Why a claim has no room: all claims of the server together, or those of its own namespace. */
export type Crowd = 'server' | 'namespace';

/**
 * Whether the claims of a server have room for one more. No namespace holds more than two thirds of what the others leave
 * free, so that a newcomer always finds some: one alone may hold 1,000,000 bytes, the next one 333,000. A claim that grows
 * no larger stays. Claims without rights give way to those that have them.
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

/** The last claims without rights, which a claim of another policy leaves no room for. */
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
