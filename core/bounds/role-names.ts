import { isProviderRole } from '../authority/provider-roles.ts';
import { everyone } from '../public.ts';
import { matchesAny } from './glob.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

type Beside = 'grantees' | 'groups' | 'owners' | 'default_privilege_owners';

/** Whether a role belongs to the tenant according to the rule. */
export function isTenants({ roles }: Rule, name: string): boolean {
  return roles === undefined || matchesAny(roles, name);
}

/**
 * Whether the tenant may revoke anything from a role, because it is known to own it. A rule without `roles` gives no
 * such role.
 */
export function isSurelyTenants({ roles = [] }: Rule, name: string, { leaving }: Subject): boolean {
  if (name === everyone) return false;
  return matchesAny(roles, name) || leaving?.owned.has(name) === true;
}

/** Undefined if a role belongs to the tenant, or the rule lists it for this use. */
export function outsider(
  rule: Rule,
  name: string,
  what: string,
  beside?: Beside,
): Found | undefined {
  const { roles = [] } = rule;
  const further = beside === undefined ? undefined : rule[beside];
  if (isTenants(rule, name) || matchesAny(further ?? [], name)) return undefined;
  const others =
    beside === undefined || further === undefined ? '' : `, ${allows(beside, further)}`;
  return { what: `${what} ${quoted(name)}`, allowed: `${allows('roles', roles)}${others}` };
}

/** The same for a grantee. */
export function outsideGrantee(rule: Rule, name: string, what: string): Found | undefined {
  if (name !== everyone) return outsider(rule, name, `${what} role`, 'grantees');
  if (rule.allow_public ?? rule.roles === undefined) return undefined;
  return { what: `${what} PUBLIC`, allowed: 'allow_public is not true' };
}

/** The same for a group, and for the role that sessions start as. */
export function outsideGroup(rule: Rule, name: string, what: string): Found | undefined {
  const predefined = rule.predefined_roles;
  if (predefined === undefined || !isBoundPredefined(rule, name))
    return outsider(rule, name, what, 'groups');
  if (matchesAny(predefined, name)) return undefined;
  return { what: `${what} ${quoted(name)}`, allowed: allows('predefined_roles', predefined) };
}

/** Whether only `predefined_roles` of a rule decides about members of this role. */
export function isBoundPredefined({ predefined_roles: allowed }: Rule, name: string): boolean {
  return allowed !== undefined && isPredefined(name);
}

/** The superuser of most servers is named postgres, also in database services. */
function isPredefined(name: string): boolean {
  return name.startsWith('pg_') || name === 'postgres' || isProviderRole(name);
}
