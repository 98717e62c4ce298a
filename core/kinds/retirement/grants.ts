import { meansToActAs } from '../../authority/means.ts';
import { isRetired } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import type { Dependency } from './query.ts';

/**
 * Owners whose rights DROP OWNED needs, so that it takes away what they granted a retired role.
 *
 * PostgreSQL lets it take away only what its user may revoke, and says nothing of the rest.
 * Source: select_best_grantor() in acl.c; RemoveRoleFromObjectACL() in aclchk.c.
 */
export function grantingOwners(dependencies: readonly Dependency[], live: Live): string[] {
  const owners = dependencies.flatMap(({ granted, revocable }) =>
    granted === null || revocable ? [] : granted.owner,
  );
  return [...new Set(owners)].filter((owner) => actsAs(owner, live)).sort();
}

/**
 * Whether DROP OWNED leaves a privilege there: another role than the object's owner granted it, whom an owner or a
 * superuser does not revoke for, or the connected role is neither. What a role grants goes when it is retired too.
 */
export function isOutOfReach({ granted }: Dependency, live: Live): boolean {
  if (granted === null) return false;
  const { owner, grantor, grantorRights, byOwner } = granted;
  if (isRetired(live.graph, grantor)) return false;
  return actsAs(owner, live) ? !byOwner : !actsAs(grantorRights, live);
}

/** With what else the statement needs: one that has to become the role has none but that role's rights. */
function actsAs(role: string, live: Live): boolean {
  const means = meansToActAs(role, live, new Set());
  return means !== undefined && means !== 'taken on';
}
