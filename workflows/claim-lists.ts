import type { Claim, ReadClaimRequest } from '../activities/contract.ts';
import type { Claimed } from '../core/claims.ts';
import { asData, remote } from './activities.ts';
import { samePolicy } from './claim-book.ts';
import type { DatabaseRun } from './database-state.ts';

/**
 * A claim with its lists. Signals do not carry long lists, because signals stay in the history, and Temporal terminates
 * a workflow whose history is too large. They are read when the claim is settled, and only if they fit. Returns
 * undefined if the policy declares something else by now: then it claims again.
 */
export async function withLists(
  { server, claims, waiting }: DatabaseRun,
  claim: Claim,
): Promise<Claim | undefined> {
  if (claim.listBytes === undefined) return claim;
  const { policy, digest, database } = claim;
  const known = [...claims, ...waiting].find(
    (each) => each.digest === digest && samePolicy(each.policy, policy),
  );
  const lists = known ?? (await read({ ref: policy, server, database, digest }));
  if (lists === undefined) return undefined;
  const { since, unproven, probe } = claim;
  const standing = { ...(unproven && { unproven }), ...(probe && { probe }) };
  return { policy, digest, since, database, ...listsOf(lists), ...standing };
}

async function read(request: ReadClaimRequest): Promise<Claimed | undefined> {
  const { namespace, name } = request.ref;
  const summary = `read claim of ${namespace}/${name}`;
  const lists = await asData(remote.readClaim.executeWithOptions({ summary }, [request]));
  return 'kind' in lists ? undefined : lists;
}

/** Only the lists of a claim, without `unproven` and `probe`. */
function listsOf(claim: Claimed): Claimed {
  const { roles, schemas, groups, exclusive, named, external, members, coverage } = claim;
  return {
    ...{ roles, schemas },
    ...(groups && { groups }),
    ...(exclusive && { exclusive }),
    ...(named && { named }),
    ...(external && { external }),
    ...(members && { members }),
    ...(coverage && { coverage }),
  };
}
