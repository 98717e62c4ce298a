import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { GrantSection } from '../manifest/grant.ts';
import type { InParts } from '../parts.ts';
import { flatMapInParts, forEachInParts } from '../parts.ts';
import { everyone } from '../public.ts';
import { grantableTypes } from '../registry.ts';
import type { Expansion, Placed } from './expansion.ts';
import type { Bound } from './profiles.ts';
import { fallbackOwner } from './profiles.ts';
import { refuseContradictions } from './contradictions.ts';
import { targetProblem } from './target.ts';
import { withColumns } from './columns.ts';

/**
 * All grants and default privileges, from profiles and declared, each checked against the privileges PostgreSQL has.
 */
export function* expandGrants(
  manifest: Manifest,
  bound: Bound,
  expansion: Expansion,
): InParts<{ grants: GrantSpec[]; defaultPrivileges: DefaultPrivilegeSpec[] }> {
  const declared = yield* flatMapInParts(manifest.grants ?? [], (section, index) =>
    declaredGrants(section, index, expansion),
  );
  const grants = [...bound.grants, ...declared];
  const defaults = [...bound.defaultPrivileges, ...(yield* declaredDefaults(manifest, expansion))];
  yield* forEachInParts([...grants, ...bound.unbound.grants], (grant) => {
    checkGrant(grant, expansion);
  });
  yield* forEachInParts([...defaults, ...bound.unbound.defaultPrivileges], (entry) => {
    checkPrivileges(entry.spec.onType, entry.spec.privileges, entry.path, expansion);
    checkOption(entry.path, entry.spec.grantee, entry.spec, expansion);
    checkDefault(entry, expansion);
  });
  yield* refuseContradictions(grants, defaults, expansion);
  return {
    grants: grants.map(({ spec }) => spec),
    defaultPrivileges: defaults.map(({ spec }) => spec),
  };
}

function declaredGrants(
  section: GrantSection,
  index: number,
  expansion: Expansion,
): Placed<GrantSpec>[] {
  const { role, privileges, ensure = 'present', with_grant_option: grantable = false } = section;
  const { type = '', schema, name = '', columns } = section.object ?? {};
  const grant = { role, privileges, ensure, grantable, object: { type, schema, name } };
  return withColumns({ path: ['grants', index], spec: grant }, columns, expansion);
}

function declaredDefaults(
  manifest: Manifest,
  { problems }: Expansion,
): InParts<Placed<DefaultPrivilegeSpec>[]> {
  return flatMapInParts(manifest.default_privileges ?? [], (section, index) => {
    const owners = section.owners ?? [section.owner ?? manifest.default_owner ?? fallbackOwner];
    const schema = section.schema ?? section.scope?.schema;
    return section.grant.flatMap((entry, position) => {
      const path = ['default_privileges', index, 'grant', position];
      const { role: grantee, privileges, ensure = 'present', on_type: onType } = entry;
      const { with_grant_option: grantable = false } = entry;
      if (grantee === undefined) {
        problems.push({ path, message: 'lacks role: say who gets the privileges' });
        return [];
      }
      return [...new Set(owners)].map((owner) => ({
        path,
        spec: { owner, schema, onType: kindType(onType), grantee, privileges, ensure, grantable },
      }));
    });
  });
}

/** Several words may mean objects of one kind, for which PostgreSQL has one default. */
function kindType(onType: string): string {
  return grantableTypes[onType]?.type ?? onType;
}

function checkGrant({ path, spec }: Placed<GrantSpec>, expansion: Expansion): void {
  const { privileges, object } = spec;
  const message = targetProblem(object);
  if (message !== undefined) expansion.problems.push({ path: [...path, 'object'], message });
  checkPrivileges(object.type, privileges, path, expansion);
  checkOption(path, spec.role, spec, expansion);
}

/** Objects outside schemas have only global default privileges, and an owner's own privileges cannot be revoked. */
function checkDefault({ path, spec }: Placed<DefaultPrivilegeSpec>, { problems }: Expansion): void {
  const { plural = '', isSchema, outsideSchemas } = grantableTypes[spec.onType] ?? {};
  if (spec.schema !== undefined && (isSchema ?? outsideSchemas) === true) {
    const message = `applies to ${plural}, which are in no schema: declare it under default_privileges, with scope: { type: global } instead of schema`;
    problems.push({ path: [...path, 'on_type'], message });
  }
  if (spec.ensure === 'absent' && spec.grantee === spec.owner) {
    const message = `declares privileges absent that ${JSON.stringify(spec.owner)} has as owner: pgwarden does not change those`;
    problems.push({ path: [...path, 'role'], message });
  }
}

function checkOption(
  path: Placed<unknown>['path'],
  grantee: string,
  { grantable, ensure }: Pick<GrantSpec, 'grantable' | 'ensure'>,
  { problems }: Expansion,
): void {
  if (!grantable) return;
  const at = [...path, 'with_grant_option'];
  if (grantee === everyone)
    problems.push({ path: at, message: 'is true for PUBLIC, which cannot have the grant option' });
  if (ensure === 'absent')
    problems.push({ path: at, message: 'is true for privileges that are declared absent' });
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
  const message = `has ${unknown.join(', ')}, which a ${type} does not have: choose from ${known.join(', ')}`;
  problems.push({ path: [...path, 'privileges'], message });
}
