import { refusalAsData } from './boundary.ts';
import { serverOf } from './claims.ts';
import type { Claim, MirrorClaimRequest, Recorded } from './contract.ts';
import type { Refused } from './outcome.ts';
import type { ActivityDeps } from './deps.ts';
import { identityText } from './identity.ts';
import { recordDigest, withClaim, withoutClaim } from './status/claimed.ts';

/**
 * Writes the claim that the server's workflow holds to the policy's status. Someone may have changed the status: an
 * edit, a backup, or a new policy with the same name. After a loss, pgwarden recalls what was really granted.
 */
export function mirrorClaim(
  deps: ActivityDeps,
  { ref, server, held }: MirrorClaimRequest,
): Promise<Recorded | Refused> {
  return refusalAsData(async () => {
    const record = await deps.source.readPolicy(ref);
    if (record === undefined) return { kind: 'done' };
    const { status } = record;
    const place = server ?? serverOf(status);
    if (place === undefined) return { kind: 'done', recorded: recordDigest(status) };
    const found = await deps.databases.claimOf(place, ref);
    // The policy that held the claim claims again and then records it.
    if (found === undefined && held === true) return { kind: 'done' };
    const granted = found?.claim;
    if (granted === undefined) {
      await deps.source.writeStatus(record, withoutClaim);
      return { kind: 'done' };
    }
    const claim = recordOf(place, granted);
    await deps.source.writeStatus(record, (current) => withClaim(current, claim));
    return { kind: 'done', recorded: recordDigest(withClaim(status, claim)) };
  });
}

function recordOf(server: string, claim: Claim): Parameters<typeof withClaim>[1] {
  const { database, since, unproven } = claim;
  const identity = identityText({ server, database });
  return { identity, claimed: claim, since, unproven: unproven === true };
}
