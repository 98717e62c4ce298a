import type { Authorized } from '../../authorized.ts';
import type { Need } from '../../need.ts';
import type { Edit } from '../../fact.ts';
import type { Live, RoleRights } from '../../live.ts';
import type { Way } from '../../way.ts';
import { isAmong, oncePer } from '../../once-per.ts';
import { type GrantFact, renderedOp } from './fact.ts';
import type { GrantableType } from './grantable-type.ts';

/**
 * The rights that a GRANT or REVOKE needs. PostgreSQL lets the owner of the object and every holder of the grant option
 * grant. A REVOKE revokes what the role that runs it granted, or what the owner granted if that role has the owner's
 * rights.
 * Source: PostgreSQL manual, GRANT and REVOKE; select_best_grantor() in acl.c.
 */
export function takenByGrant(edit: Edit<GrantFact>, live: Live): Need[] {
  const { id, target } = edit.fact;
  if (renderedOp(edit) === 'create')
    return hasOption(edit.fact, live) ? [] : [{ role: target.owner, right: 'privileges' }];
  if (id.grantor === target.owner) {
    const right = hasOption(edit.fact, live) ? 'become' : 'privileges';
    return [{ role: target.owner, right }];
  }
  const schemaOwner = target.shutOutBy;
  return [
    { role: id.grantor, right: 'become' },
    ...(target.lost === undefined
      ? []
      : [{ role: target.owner, right: 'privileges', besides: true } as const]),
    ...(schemaOwner === undefined ? [] : [{ role: schemaOwner, right: 'privileges' } as const]),
  ];
}

/**
 * An edit of the owner's grants runs as the owner if the connected role has a grant option of its own, which PostgreSQL
 * would use instead, or if it can only become the owner.
 */
export function madeAsOwner(edit: Authorized<Edit<GrantFact>>): Edit<GrantFact> {
  const { fact, authority } = edit;
  const { owner } = fact.target;
  const usesPrivileges = authority.needs.some(
    ({ right, means }) => right === 'privileges' && means !== 'taken on',
  );
  if (fact.id.grantor !== owner || usesPrivileges) return edit;
  return { ...edit, fact: { ...fact, target: { ...fact.target, isTakenOn: true } } };
}

/** Whether the connected role has the grant option without the owner's rights. A superuser always grants as the owner. */
function hasOption({ target }: GrantFact, { rights, server }: Live): boolean {
  if (server.superuser) return false;
  return isAmong(target.optionHolders, server.user) || hasOneOf(rights)(target.optionHolders);
}

/** Whether the connected role has the privileges of one of the roles. Many facts share one list. */
const hasOneOf = oncePer(({ usable, inherited }: RoleRights) =>
  oncePer((holders: readonly string[]) =>
    holders.some((holder) => isAmong(usable, holder) || isAmong(inherited, holder)),
  ),
);

/** What an edit leaves of a privilege that the rights of the connected role rest on. */
export function leftOfGrant(
  { type }: GrantableType,
  { op, fact: { id } }: Edit<GrantFact>,
  way: Way,
): Way | undefined {
  if (way.via !== 'grant' || op !== 'drop') return way;
  const isSame = way.type === type && way.name === id.object && way.grantee === id.grantee;
  return isSame && way.privilege === id.privilege ? undefined : way;
}
