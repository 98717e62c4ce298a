import type { MembershipSpec, RoleGraph, RoleSpec } from '../graph.ts';
import type { InParts } from '../parts.ts';
import { flatMapInParts, forEachInParts } from '../parts.ts';
import { reachableMembers } from '../reachable-members.ts';
import type { Expansion } from './expansion.ts';

/**
 * Sessions start as the role in the setting `role` if theirs may become it; otherwise as themselves, with a warning
 * that is easily missed. A declared role has exactly the declared members, so this can be checked in advance. `placeOf`
 * is where the manifest declares a role.
 */
export function* refuseImpossibleRoles(
  { roles, memberships }: Pick<RoleGraph, 'roles' | 'memberships'>,
  placeOf: (index: number) => readonly (string | number)[],
  { problems }: Expansion,
): InParts<void> {
  const wishes = yield* flatMapInParts(roles, (role, index) =>
    startingRoles(role).map((start) => ({ role, index, ...start })),
  );
  if (wishes.length === 0) return;
  const may = becomes(
    roles,
    memberships,
    wishes.map(({ target }) => target),
  );
  yield* forEachInParts(wishes, ({ role, index, key, target }) => {
    if (may(role, target)) return;
    const [who, what] = [JSON.stringify(role.name), JSON.stringify(target)];
    const message = `starts the sessions of ${who} as ${what}, which it cannot become: add it to the members of ${what}`;
    problems.push({ path: [...placeOf(index), key, 'role'], message });
  });
}

interface Start {
  readonly key: 'config' | 'database_config';
  readonly target: string;
}

function startingRoles({ config, databaseConfig }: RoleSpec): Start[] {
  const settings = [
    ['config', config],
    ['database_config', databaseConfig],
  ] as const;
  return settings.flatMap(([key, values]) => {
    const target = values?.['role'];
    return typeof target === 'string' && target !== 'none' ? [{ key, target }] : [];
  });
}

/** If the policy does not declare the group, its members are unknown: someone else may have added the role. */
function becomes(
  roles: readonly RoleSpec[],
  memberships: readonly MembershipSpec[],
  targets: readonly string[],
): (role: RoleSpec, target: string) => boolean {
  const own = new Set(roles.filter(({ external }) => !external).map(({ name }) => name));
  const settable = memberships.filter(({ set }) => set);
  const members = reachableMembers(settable, targets, (name) => !own.has(name));
  return ({ name, superuser }, target) =>
    superuser || name === target || members.has(target, name) || members.hasOpen(target);
}
