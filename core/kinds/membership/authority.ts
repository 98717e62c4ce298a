import { membershipOptionsSince } from '../../membership-options.ts';
import { meansToActAs } from '../../authority/means.ts';
import type { Authorized } from '../../authorized.ts';
import type { Way } from '../../way.ts';
import { isRetired } from '../../graph-index.ts';
import type { Need } from '../../need.ts';
import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import type { MembershipFact } from './fact.ts';

/**
 * The rights that a change of a membership requires. It always requires ADMIN OPTION on the group. From PostgreSQL 16
 * on, a change of an existing membership also requires the privileges of its grantor. The grantor of a new membership
 * must keep ADMIN OPTION: PostgreSQL cannot drop that role while the membership exists. Source: check_role_grantor() in
 * user.c.
 */
export function takenByMembership(edit: Edit<MembershipFact>, live: Live): Need[] {
  const { role, grantor } = edit.fact.id;
  const admin: Need = { role, right: 'admin' };
  if (live.server.major < membershipOptionsSince || endsWithGroup(edit, live)) return [admin];
  if (edit.op === 'create') return [{ ...admin, lasting: true }];
  return grantor === undefined ? [admin] : [admin, { role: grantor, right: 'privileges' }];
}

/**
 * Whether DROP ROLE of a retired group ends a membership that the connected role cannot revoke, because it cannot act
 * as the grantor. ADMIN OPTION on the group suffices for DROP ROLE, which removes memberships of every grantor.
 */
function endsWithGroup({ op, fact: { id } }: Edit<MembershipFact>, live: Live): boolean {
  const { role, grantor } = id;
  if (op !== 'drop' || grantor === undefined || !isRetired(live.graph, role)) return false;
  return live.mode === 'authoritative' && meansToActAs(grantor, live, new Set()) === undefined;
}

/** Whether a statement makes the change. DROP ROLE ends a membership whose grantor's rights were not needed. */
export function needsStatement({
  op,
  fact: { id },
  authority,
}: Authorized<Edit<MembershipFact>>): boolean {
  if (op !== 'drop' || id.grantor === undefined) return true;
  return authority.needs.some(({ right }) => right === 'privileges');
}

/** What the edit leaves of a membership that the connected role depends on. */
export function leftOfMembership(edit: Edit<MembershipFact>, way: Way): Way | undefined {
  const { id, state } = edit.fact;
  const { role, member, grantor } = id;
  if (way.via !== 'member' || way.role !== role || way.member !== member) return way;
  if (grantor !== undefined && way.grantor !== grantor) return way;
  if (edit.op === 'drop') return undefined;
  const [admin, inherit, set] = (['admin', 'inherit', 'set'] as const).map(
    (option) => way[option] && state[option],
  );
  return admin === way.admin && inherit === way.inherit && set === way.set
    ? way
    : { ...way, admin: admin === true, inherit: inherit === true, set: set === true };
}
