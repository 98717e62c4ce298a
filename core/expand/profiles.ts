import type { DefaultPrivilegeSpec, GrantSpec, RoleSpec, SchemaSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import { ownRoleName } from '../manifest/identifier.ts';
import type { ProfileSection } from '../manifest/profile.ts';
import type { SchemaSection } from '../manifest/schema.ts';
import type { ProfileGrants } from './profile-grants.ts';
import { profileGrants, unboundGrants } from './profile-grants.ts';
import { roleConfig } from './role-config.ts';
import type { InParts } from '../parts.ts';
import { forEachInParts } from '../parts.ts';
import { plainRole } from '../plain-role.ts';
import type { Expansion, Placed } from './expansion.ts';

/** Expands schemas and their profiles; each grant keeps its place in the manifest. */
export interface Bound {
  readonly schemas: readonly SchemaSpec[];
  readonly roles: readonly RoleSpec[];
  readonly grants: readonly Placed<GrantSpec>[];
  readonly defaultPrivileges: readonly Placed<DefaultPrivilegeSpec>[];
  /** Grants of unbound profiles: they have no effect, but must be valid. */
  readonly unbound: ProfileGrants;
}

const defaultPattern = '{schema}-{profile}';

/** The owner of default privileges if neither the entry nor the manifest names one. */
export const fallbackOwner = 'postgres';

export function* expandProfiles(manifest: Manifest, expansion: Expansion): InParts<Bound> {
  const unbound = unboundGrants(manifest, expansion);
  const bound: Mutable<Bound> = {
    schemas: [],
    roles: [],
    grants: [],
    defaultPrivileges: [],
    unbound,
  };
  const names = new Set<string>();
  const roleNames = new Set<string>();
  yield* forEachInParts(manifest.schemas ?? [], (section, index) => {
    if (names.has(section.name)) {
      const message = `declares schema ${JSON.stringify(section.name)} again: put its profiles into one entry`;
      expansion.problems.push({ path: ['schemas', index, 'name'], message });
    }
    names.add(section.name);
    bound.schemas.push({ name: section.name, owner: section.owner ?? manifest.default_owner });
    bindProfiles({ manifest, section, index, bound, names: roleNames, expansion });
  });
  return bound;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K];
};

interface Binding {
  readonly manifest: Manifest;
  readonly section: SchemaSection;
  readonly index: number;
  readonly bound: Mutable<Bound>;
  /** Names of the generated roles. */
  readonly names: Set<string>;
  readonly expansion: Expansion;
}

function bindProfiles(binding: Binding): void {
  const { manifest, section, index, expansion } = binding;
  const pattern = section.role_pattern ?? manifest.role_pattern ?? defaultPattern;
  if (
    section.profiles !== undefined &&
    section.profiles.length > 0 &&
    !pattern.includes('{profile}')
  ) {
    const message = 'lacks {profile}: the generated roles would all have one name';
    const place = section.role_pattern === undefined ? [] : ['schemas', index];
    expansion.problems.push({ path: [...place, 'role_pattern'], message });
    return;
  }
  (section.profiles ?? []).forEach((name, position) => {
    const path = ['schemas', index, 'profiles', position];
    const profiles = manifest.profiles ?? {};
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile === undefined) {
      expansion.problems.push({
        path,
        message: `names profile ${JSON.stringify(name)}, which profiles does not define`,
      });
      return;
    }
    bindProfile(binding, { name, profile, path, role: generatedName(pattern, section.name, name) });
  });
}

interface BoundProfile {
  readonly name: string;
  readonly profile: ProfileSection;
  readonly path: readonly (string | number)[];
  readonly role: string;
}

function bindProfile(
  { manifest, section, bound, names, expansion }: Binding,
  { name, profile, path, role }: BoundProfile,
): void {
  const problem = roleNameProblem(role);
  if (problem !== undefined)
    expansion.problems.push({
      path,
      message: `generates role ${JSON.stringify(role)}, which ${problem}`,
    });
  if (names.has(role)) {
    expansion.problems.push({
      path,
      message: `generates role ${JSON.stringify(role)} again: use {schema} and {profile} in role_pattern`,
    });
  }
  names.add(role);
  const comment = `Generated from profile '${name}' for schema '${section.name}'`;
  const { login = plainRole.login, inherit = plainRole.inherit } = profile;
  const password = undefined;
  const config = roleConfig(profile.config, (text) => generatedName(text, section.name, name));
  bound.roles.push({ ...plainRole, name: role, login, inherit, comment, password, config });
  const owner = section.owner ?? manifest.default_owner ?? fallbackOwner;
  const { grants, defaultPrivileges } = profileGrants(
    { name, profile, role, schema: section.name, owner },
    expansion,
  );
  for (const grant of grants) bound.grants.push(grant);
  for (const entry of defaultPrivileges) bound.defaultPrivileges.push(entry);
}

/** Replaced in one pass, so that a schema named `{profile}` stays unchanged. */
function generatedName(pattern: string, schema: string, profile: string): string {
  return pattern.replaceAll(/\{schema\}|\{profile\}/g, (token) =>
    token === '{schema}' ? schema : profile,
  );
}

function roleNameProblem(role: string): string | undefined {
  return ownRoleName.safeParse(role).error?.issues[0]?.message;
}
