import type { RetirementSpec, RoleGraph } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { Expansion } from './expansion.ts';

type Living = Omit<RoleGraph, 'retirements'>;

/** A role is retired once, and by a policy that has no other use for it. */
export function expandRetirements(
  manifest: Manifest,
  living: Living,
  { problems }: Expansion,
): RetirementSpec[] {
  const declared = new Set(living.roles.map(({ name }) => name));
  const uses = usesOf(manifest, living);
  const retired = new Set<string>();
  return (manifest.retirements ?? []).map((section, index) => {
    const { role, reassign_owned_to: successor } = section;
    const path = ['retirements', index, 'role'];
    const name = JSON.stringify(role);
    if (retired.has(role)) problems.push({ path, message: `retires role ${name} again` });
    if (declared.has(role))
      problems.push({ path, message: `retires role ${name}, which the policy also declares` });
    const use = uses.get(role);
    if (use !== undefined && successor !== role)
      problems.push({
        path,
        message: `retires role ${name}, which the policy still names as ${use}`,
      });
    if (successor === role) {
      problems.push({
        path: ['retirements', index, 'reassign_owned_to'],
        message: `is the retired role ${name} itself`,
      });
    }
    retired.add(role);
    return {
      role,
      reassignOwnedTo: successor,
      dropOwned: section.drop_owned ?? false,
      terminateSessions: section.terminate_sessions ?? false,
      allowDataLoss: section.allow_data_loss ?? false,
      adoptCode: section.adopt_code ?? false,
    };
  });
}

/** What roles are named as, other than declared: by role, one use of each. */
function usesOf(manifest: Manifest, living: Living): ReadonlyMap<string, string> {
  const successors = (manifest.retirements ?? []).flatMap(
    ({ reassign_owned_to: successor }) => successor ?? [],
  );
  const named: (readonly [string, string])[] = [
    ...living.schemas.flatMap(({ name, owner }) =>
      owner === undefined ? [] : [[owner, `owner of schema ${JSON.stringify(name)}`] as const],
    ),
    ...living.grants.map(({ role }) => [role, 'grantee'] as const),
    ...living.defaultPrivileges.flatMap(({ owner, grantee }) => [
      [owner, 'owner of default privileges'] as const,
      [grantee, 'grantee of default privileges'] as const,
    ]),
    ...living.memberships.flatMap(({ role, member }) => [
      [role, 'group'] as const,
      [member, 'member'] as const,
    ]),
    ...living.ownerships.map(({ owner }) => [owner, 'owner of objects'] as const),
    ...successors.map((successor) => [successor, 'successor of a retired role'] as const),
  ];
  return new Map(named);
}
