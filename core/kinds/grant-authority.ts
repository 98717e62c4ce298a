import type { Edit, Live, Need } from '../kind.ts';
import type { GrantFact } from './object-grant.ts';

/**
 * Whose rights it takes to make a grant, or to take it back. PostgreSQL lets the owner grant, and whoever has the
 * grant option; and it takes a REVOKE to mean what the one who runs it granted, or the owner when it has its rights.
 * Source: PostgreSQL manual, GRANT and REVOKE; select_best_grantor() in acl.c.
 */
export function takenByGrant(edit: Edit<GrantFact>, { rights, server }: Live): Need[] {
  const { id, target, state } = edit.fact;
  if (edit.op === 'create' || (edit.op === 'alter' && state.grantable)) {
    const ours = [server.user, ...rights.usable, ...rights.inherited];
    const byOption = target.optionHolders.some((holder) => ours.includes(holder));
    return byOption ? [] : [{ role: target.owner, right: 'privileges' }];
  }
  if (id.grantor === target.owner) return [{ role: target.owner, right: 'privileges' }];
  const letIn = target.shutOutBy;
  return [
    { role: id.grantor, right: 'become' },
    ...(letIn === undefined ? [] : [{ role: letIn, right: 'privileges' } as const]),
  ];
}
