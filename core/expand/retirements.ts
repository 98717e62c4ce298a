import type { Expansion } from '../expand.ts';
import type { RetirementSpec, RoleSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';

export function expandRetirements(
  manifest: Manifest,
  roles: readonly RoleSpec[],
  { problems }: Expansion,
): RetirementSpec[] {
  const declared = new Set(roles.map(({ name }) => name));
  const retired = new Set<string>();
  return (manifest.retirements ?? []).map((section, index) => {
    const { role, reassign_owned_to: successor } = section;
    const path = ['retirements', index, 'role'];
    const name = JSON.stringify(role);
    if (retired.has(role)) problems.push({ path, message: `retires role ${name} again` });
    if (declared.has(role))
      problems.push({ path, message: `retires role ${name}, which the policy also declares` });
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
    };
  });
}
