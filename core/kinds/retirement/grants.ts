import { meansToActAs } from '../../authority/means.ts';
import { isRetired } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import type { Dependency } from './query.ts';

/**
 * Owners whose rights DROP OWNED needs to revoke what they granted to a retired role.
 *
 * DROP OWNED revokes only what its user can revoke, and does not report the rest. Source: select_best_grantor() in
 * acl.c; RemoveRoleFromObjectACL() in aclchk.c.
 */
export function grantingOwners(dependencies: readonly Dependency[], live: Live): string[] {
  const owners = dependencies.flatMap(({ granted, revocable }) =>
    granted === null || revocable ? [] : granted.owner,
  );
  return [...new Set(owners)].filter((owner) => actsAs(owner, live)).sort();
}

/**
 * Whether DROP OWNED leaves a privilege. It does if a role other than the object's owner granted it, or if the
 * connected role is neither the owner nor a superuser. Grants of a role that is retired too are revoked with that role.
 */
export function isOutOfReach({ granted }: Dependency, live: Live): boolean {
  if (granted === null) return false;
  const { owner, grantor, grantorRights, byOwner } = granted;
  if (isRetired(live.graph, grantor)) return false;
  return actsAs(owner, live) ? !byOwner : !actsAs(grantorRights, live);
}

/** With the other rights that the statement needs: after SET ROLE it has only the rights of that role. */
function actsAs(role: string, live: Live): boolean {
  const means = meansToActAs(role, live, new Set());
  return means !== undefined && means !== 'taken on';
}
