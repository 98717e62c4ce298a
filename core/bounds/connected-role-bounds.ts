import type { ConnectionPoint } from './connection-bounds.ts';
import { matchesAny } from './glob.ts';
import { becoming } from './role-bounds.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

/**
 * Whoever is a member of the role a policy is applied as can do all that policies are kept from: it is none of the
 * tenant's groups, also where its name is within `roles`.
 */
export function connectedRoleBounds(
  rule: Rule,
  { graph }: Subject,
  { user, role }: ConnectionPoint,
): Found[] {
  if (rule.roles === undefined) return [];
  const groups = rule.groups ?? [];
  const guarded = [user, role].filter((name) => name !== undefined && !matchesAny(groups, name));
  const allowed = `that is a role of its connection, and ${allows('groups', groups)}`;
  const joining = graph.memberships
    .filter((edge) => guarded.includes(edge.role))
    .map((edge) => `makes role ${quoted(edge.member)} a member of ${quoted(edge.role)}`);
  const starting = graph.roles.flatMap(({ name, config, databaseConfig }) =>
    [config, databaseConfig]
      .flatMap((settings) => becoming.map((parameter) => settings?.[parameter]))
      .filter((target) => typeof target === 'string' && guarded.includes(target))
      .map((target) => `starts the sessions of role ${quoted(name)} as ${quoted(String(target))}`),
  );
  return [...joining, ...starting].map((what) => ({ what, allowed }));
}
