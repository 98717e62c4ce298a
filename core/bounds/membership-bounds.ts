import type { MembershipPair, MembershipSpec } from '../graph.ts';
import {
  isBoundPredefined,
  isSurelyTenants,
  isTenants,
  outsideGroup,
  outsider,
} from './role-names.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** Memberships that a policy adds or removes. */
export function* membershipBounds(rule: Rule, subject: Subject): Iterable<Found | undefined> {
  const { memberships, absentMemberships, exclusiveGroups } = subject.graph;
  for (const edge of memberships) yield* edgeBounds(rule, edge);
  for (const pair of absentMemberships) yield* absenceBounds(rule, pair, subject);
  for (const group of exclusiveGroups) yield outsider(rule, group, 'decides all members of role');
}

/** The group or the member must belong to the tenant, and other groups and members need permission. */
function edgeBounds(rule: Rule, edge: MembershipSpec) {
  const { role, member } = edge;
  const beside = isTenants(rule, role) ? 'grantees' : undefined;
  return [
    outsideGroup(rule, role, `makes role ${quoted(member)} a member of`),
    outsider(rule, member, `adds to the members of role ${quoted(role)} role`, beside),
    adminBound(rule, edge),
  ];
}

/** The ADMIN option controls who is in a group, so roles of the tenant may not have it on groups of others. */
function adminBound(rule: Rule, { role, member, admin }: MembershipSpec): Found | undefined {
  if (!admin) return undefined;
  const what = `lets role ${quoted(member)} add members to role ${quoted(role)}`;
  if (rule.allow_grant_option === false) return { what, allowed: 'allow_grant_option is false' };
  if (isTenants(rule, role) && !isBoundPredefined(rule, role)) return undefined;
  return {
    what,
    allowed: `${allows('roles', rule.roles ?? [])}, and others keep that to themselves`,
  };
}

/** A tenant may end a membership if the group or the member belongs to it. */
function absenceBounds(rule: Rule, { role, member }: MembershipPair, subject: Subject) {
  if ([role, member].some((name) => isSurelyTenants(rule, name, subject))) return [];
  const what = `ends the membership of role ${quoted(member)} in role`;
  return [outsider(rule, role, what)];
}
