import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import type { ProfileSection } from '../manifest/profile.ts';
import { grantableTypes } from '../registry.ts';
import type { Expansion, Placed } from './expansion.ts';
import { withColumns } from './columns.ts';

export interface ProfileGrants {
  readonly grants: readonly Placed<GrantSpec>[];
  readonly defaultPrivileges: readonly Placed<DefaultPrivilegeSpec>[];
}

/** Checks profiles as if each were bound once, to a schema and role with placeholder names. */
export function unboundGrants(manifest: Manifest, expansion: Expansion): ProfileGrants {
  const names = new Set((manifest.schemas ?? []).flatMap(({ profiles = [] }) => profiles));
  const given = Object.entries(manifest.profiles ?? {})
    .filter(([name]) => !names.has(name))
    .map(([name, profile]) =>
      profileGrants({ name, profile, role: 'any', schema: 'any', owner: 'any' }, expansion),
    );
  return {
    grants: given.flatMap(({ grants }) => grants),
    defaultPrivileges: given.flatMap(({ defaultPrivileges }) => defaultPrivileges),
  };
}

interface ProfileUse {
  readonly name: string;
  readonly profile: ProfileSection;
  readonly role: string;
  readonly schema: string;
  readonly owner: string;
}

/**
 * What a bound profile grants: to one role, on one schema and its objects. A `role` in its default privileges has no
 * effect, as in pgroles, whose policies contain it.
 */
export function profileGrants(
  { name, profile, role, schema, owner }: ProfileUse,
  expansion: Expansion,
): ProfileGrants {
  const grants = (profile.grants ?? []).flatMap((section, index) => {
    const { privileges, with_grant_option: grantable = false, object } = section;
    const to = boundObject(object, schema);
    const spec: GrantSpec = { role, privileges, ensure: 'present', grantable, object: to };
    const placed = { path: ['profiles', name, 'grants', index], spec };
    return withColumns(placed, object.columns, expansion);
  });
  const defaultPrivileges = (profile.default_privileges ?? []).map((entry, index) => {
    const { privileges, with_grant_option: grantable = false } = entry;
    const onType = grantableTypes[entry.on_type]?.type ?? entry.on_type;
    const grantee = role;
    const spec: DefaultPrivilegeSpec = {
      ...{ owner, schema, onType, grantee, privileges, grantable },
      ensure: 'present',
    };
    return { path: ['profiles', name, 'default_privileges', index], spec };
  });
  return { grants, defaultPrivileges };
}

/**
 * Grants of a profile are about its bound schema: those on schemas are on that one, others on objects in it, if the
 * type has schemas.
 */
function boundObject(
  object: { type: string; name?: string | undefined },
  schema: string,
): GrantSpec['object'] {
  const { type, name = '' } = object;
  const { isSchema, outsideSchemas } = grantableTypes[type] ?? {};
  if (isSchema === true) return { type, schema: undefined, name: schema };
  return { type, schema: outsideSchemas === true ? undefined : schema, name };
}
