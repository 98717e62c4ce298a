import type { ConnectionPoint } from './connection-point.ts';
import { type RolePlace, rolePlaces } from './role-places.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows } from './violation.ts';

/**
 * A role that pgwarden connects with or works as never belongs to the tenant because of a pattern: a member of it, code
 * that it owns, or its password could do what the bounds forbid. A rule allows such a role in a place only by naming it
 * in full in the list for that place.
 */
export function connectedRoleBounds(
  rule: Rule,
  { graph, leaving }: Subject,
  { user, role }: ConnectionPoint,
): Found[] {
  if (rule.roles === undefined) return [];
  const names = [user, role].flatMap((name) => (name === undefined ? [] : [asStored(name)]));
  return rolePlaces(graph)
    .filter((place) => names.includes(place.role) && leaving?.owned.has(place.role) !== true)
    .filter((place) => !isNamedInFull(rule, place))
    .map((place) => ({
      what: place.what,
      allowed: `that is a role of its connection, ${whatAllows(rule, place)}`,
    }));
}

/** Whether the list for a place names the role in full. A pattern that happens to match is not a decision about it. */
export function isNamedInFull(rule: Rule, { role, list }: RolePlace): boolean {
  return list !== undefined && rule[list]?.includes(role) === true;
}

function whatAllows(rule: Rule, { list }: RolePlace): string {
  if (list === undefined) return 'which no policy within bounds may do';
  return `and ${allows(list, rule[list] ?? [])}, which has to name it in full`;
}

/** PostgreSQL truncates role names after 63 bytes, so a longer name logs in as the role with the short one. */
function asStored(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= 63) return name;
  return bytes
    .subarray(0, 63)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
