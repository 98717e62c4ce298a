import type { Edit, Live, Need } from '../kind.ts';
import type { MembershipFact } from './membership.ts';
import { perGrantor } from './membership-edges.ts';

/**
 * Whose rights it takes to change a membership: ADMIN OPTION on the group, and from PostgreSQL 16 on, for what is
 * there already, the privileges of the role that granted it. Source: check_role_grantor() in user.c.
 */
export function takenByMembership(edit: Edit<MembershipFact>, { server }: Live): Need[] {
  const { role, grantor } = edit.fact.id;
  const admin: Need = { role, right: 'admin' };
  if (edit.op === 'create' || server.major < perGrantor || grantor === undefined) return [admin];
  return [admin, { role: grantor, right: 'privileges' }];
}
