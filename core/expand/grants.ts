import type { Expansion } from '../expand.ts';
import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { GrantSection } from '../manifest/grant.ts';
import { grantableTypes } from '../registry.ts';
import type { Bound, Placed } from './profiles.ts';
import { fallbackOwner } from './profiles.ts';

/** All grants and default privileges, bound and declared, each checked against what PostgreSQL knows. */
export function expandGrants(
  manifest: Manifest,
  bound: Bound,
  expansion: Expansion,
): { grants: GrantSpec[]; defaultPrivileges: DefaultPrivilegeSpec[] } {
  const declared = (manifest.grants ?? []).map((section, index) => declaredGrant(section, index));
  const grants = [...bound.grants, ...declared];
  const defaults = [...bound.defaultPrivileges, ...declaredDefaults(manifest, expansion)];
  for (const grant of grants) checkGrant(grant, expansion);
  for (const entry of defaults)
    checkPrivileges(entry.spec.onType, entry.spec.privileges, entry.path, expansion);
  return {
    grants: grants.map(({ spec }) => spec),
    defaultPrivileges: defaults.map(({ spec }) => spec),
  };
}

function declaredGrant(
  { role, privileges, object }: GrantSection,
  index: number,
): Placed<GrantSpec> {
  const { type = '', schema, name = '' } = object ?? {};
  return { path: ['grants', index], spec: { role, privileges, object: { type, schema, name } } };
}

function declaredDefaults(
  manifest: Manifest,
  { problems }: Expansion,
): Placed<DefaultPrivilegeSpec>[] {
  return (manifest.default_privileges ?? []).flatMap(({ owner, schema, grant }, index) =>
    grant.flatMap(({ role, privileges, on_type: onType }, position) => {
      const path = ['default_privileges', index, 'grant', position];
      if (role === undefined) {
        problems.push({ path, message: 'lacks role: say who gets the privileges' });
        return [];
      }
      const spec = {
        owner: owner ?? manifest.default_owner ?? fallbackOwner,
        schema,
        onType,
        grantee: role,
        privileges,
      };
      return [{ path, spec }];
    }),
  );
}

function checkGrant(
  { path, spec: { privileges, object } }: Placed<GrantSpec>,
  expansion: Expansion,
): void {
  const message = targetProblem(object);
  if (message !== undefined) expansion.problems.push({ path: [...path, 'object'], message });
  checkPrivileges(object.type, privileges, path, expansion);
}

/** Half a target would fall on another object, so both halves are asked for. */
function targetProblem({ type, schema, name }: GrantSpec['object']): string | undefined {
  const grantable = grantableTypes[type];
  if (grantable === undefined) return undefined;
  if (grantable.outsideSchemas === true || grantable.isSchema === true) {
    if (schema !== undefined) return `has schema, which a ${type} is not in: write name only`;
    if (name === '*') return `has name "*", which is not possible for a ${type}: name each`;
  } else if (schema === undefined) {
    return `lacks schema: say which schema the ${type} is in`;
  }
  return name === ''
    ? `lacks name: write the ${type}'s name${schema === undefined ? '' : ' or "*" for all'}`
    : undefined;
}

function checkPrivileges(
  type: string,
  privileges: readonly string[],
  path: Placed<unknown>['path'],
  { problems }: Expansion,
): void {
  const known = grantableTypes[type]?.privileges ?? [];
  const unknown = privileges.filter((privilege) => !known.includes(privilege));
  if (unknown.length === 0) return;
  const message = `has ${unknown.join(', ')}, which a ${type} does not know: choose from ${known.join(', ')}`;
  problems.push({ path: [...path, 'privileges'], message });
}
