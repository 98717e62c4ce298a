import type { RetirementSpec, RoleGraph } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { InParts } from '../parts.ts';
import { forEachInParts } from '../parts.ts';
import type { Expansion } from './expansion.ts';

type Living = Omit<RoleGraph, 'retirements'>;

/** A role may be retired once, and only by a policy that does not use it otherwise. */
export function* expandRetirements(
  manifest: Manifest,
  living: Living,
  { problems }: Expansion,
): InParts<RetirementSpec[]> {
  const declared = new Set(living.roles.map(({ name }) => name));
  const uses = yield* usesOf(manifest, living);
  const retired = new Set<string>();
  return (manifest.retirements ?? []).map((section, index) => {
    const { role, reassign_owned_to: heir } = section;
    const path = ['retirements', index, 'role'];
    const name = JSON.stringify(role);
    if (retired.has(role)) problems.push({ path, message: `retires role ${name} again` });
    if (declared.has(role))
      problems.push({ path, message: `retires role ${name}, which the policy also declares` });
    const use = uses.get(role);
    if (use !== undefined && heir !== role)
      problems.push({
        path,
        message: `retires role ${name}, which the policy still names as ${use}`,
      });
    if (heir === role) {
      problems.push({
        path: ['retirements', index, 'reassign_owned_to'],
        message: `is the retired role ${name} itself`,
      });
    }
    retired.add(role);
    return {
      role,
      reassignOwnedTo: heir,
      dropOwned: section.drop_owned ?? false,
      terminateSessions: section.terminate_sessions ?? false,
      allowDataLoss: section.allow_data_loss ?? false,
      adoptCode: section.adopt_code ?? false,
    };
  });
}

/** Other uses of retired roles: the last use of each role. */
function* usesOf(manifest: Manifest, living: Living): InParts<ReadonlyMap<string, string>> {
  const sections = manifest.retirements ?? [];
  const retired = new Set(sections.map(({ role }) => role));
  const uses = new Map<string, string>();
  if (retired.size === 0) return uses;
  const note = (role: string | undefined, use: string) => {
    if (role !== undefined && retired.has(role)) uses.set(role, use);
  };
  yield* forEachInParts(living.schemas, ({ name, owner }) => {
    note(owner, `owner of schema ${JSON.stringify(name)}`);
  });
  yield* forEachInParts(living.grants, ({ role }) => {
    note(role, 'grantee');
  });
  yield* forEachInParts(living.defaultPrivileges, ({ owner, grantee }) => {
    note(owner, 'owner of default privileges');
    note(grantee, 'grantee of default privileges');
  });
  yield* forEachInParts(living.memberships, ({ role, member }) => {
    note(role, 'group');
    note(member, 'member');
  });
  yield* forEachInParts(living.ownerships, ({ owner }) => {
    note(owner, 'owner of objects');
  });
  for (const { reassign_owned_to: heir } of sections) note(heir, 'heir of a retired role');
  return uses;
}
