import type { MembershipSpec, RoleGraph, RoleSpec } from '../graph.ts';
import type { Expansion } from './expansion.ts';

/**
 * Sessions start as the role that the setting `role` names, if theirs may become it; else as themselves, with a
 * warning that nobody reads. A declared role has the declared members and no others, so it can be told beforehand.
 * `placeOf` is where the manifest declares a role.
 */
export function refuseImpossibleRoles(
  { roles, memberships }: Pick<RoleGraph, 'roles' | 'memberships'>,
  placeOf: (index: number) => readonly (string | number)[],
  { problems }: Expansion,
): void {
  const may = becomes(roles, memberships);
  roles.forEach((role, index) => {
    for (const [key, config] of [
      ['config', role.config],
      ['database_config', role.databaseConfig],
    ] as const) {
      const target = config?.['role'];
      if (typeof target !== 'string' || target === 'none' || may(role, target)) continue;
      const [who, what] = [JSON.stringify(role.name), JSON.stringify(target)];
      const message = `starts the sessions of ${who} as ${what}, which it may not become: add it to the members of ${what}`;
      problems.push({ path: [...placeOf(index), key, 'role'], message });
    }
  });
}

/** Of a group that the policy does not declare as its own nothing is known: someone else may have let the role in. */
function becomes(
  roles: readonly RoleSpec[],
  memberships: readonly MembershipSpec[],
): (role: RoleSpec, target: string) => boolean {
  const own = new Set(roles.filter(({ external }) => !external).map(({ name }) => name));
  const reaches = (name: string, target: string, passed: readonly string[]): boolean =>
    name === target ||
    !own.has(target) ||
    memberships.some(
      ({ role, member, set }) =>
        role === target &&
        set &&
        !passed.includes(member) &&
        reaches(name, member, [...passed, target]),
    );
  return ({ name, superuser }, target) => superuser || reaches(name, target, []);
}
