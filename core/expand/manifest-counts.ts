import type { Counts } from '../limits.ts';
import type { Manifest } from '../manifest.ts';
import type { ConfigSection } from '../manifest/config.ts';
import type { ProfileSection } from '../manifest/profile.ts';

/** The size of a manifest after its profiles are bound, calculated without expanding it. */
export function countManifest(manifest: Manifest): Counts {
  const { roles = [], schemas = [], memberships, ownership = [], retirements = [] } = manifest;
  const growth = growthOf(manifest);
  const generated = [...bindingsOf(manifest)].map(([name, count]) =>
    times(profileSize(profileOf(manifest, name), growth), count),
  );
  return {
    ...sumOf([declaredSize(manifest), generatedNames(manifest, growth), ...generated]),
    roles: roles.length + total(schemas, ({ profiles = [] }) => profiles.length),
    schemas: schemas.length,
    memberships: total(memberships, ({ members }) => members.length),
    ownership: ownership.length,
    retirements: retirements.length,
  };
}

/** How much longer a text can become when `{schema}` and `{profile}` are replaced. */
function growthOf({ profiles = {} }: Manifest): number {
  const longest = Object.keys(profiles).reduce((most, name) => Math.max(most, name.length), 63);
  return Math.ceil(longest / '{schema}'.length);
}

/** The text of role patterns, for every generated role. */
function generatedNames({ schemas, role_pattern: usual = '' }: Manifest, growth: number): Size {
  const textBytes = total(
    schemas,
    ({ profiles = [], role_pattern: pattern = usual }) => profiles.length * pattern.length * growth,
  );
  return { ...nothing, textBytes };
}

/** Counts that profiles multiply. */
interface Size {
  readonly grants: number;
  readonly defaultPrivileges: number;
  readonly privileges: number;
  readonly settings: number;
  readonly textBytes: number;
}

const nothing: Size = {
  grants: 0,
  defaultPrivileges: 0,
  privileges: 0,
  settings: 0,
  textBytes: 0,
};

function sumOf(sizes: readonly Size[]): Size {
  return sizes.reduce(
    (sum, size) => ({
      grants: sum.grants + size.grants,
      defaultPrivileges: sum.defaultPrivileges + size.defaultPrivileges,
      privileges: sum.privileges + size.privileges,
      settings: sum.settings + size.settings,
      textBytes: sum.textBytes + size.textBytes,
    }),
    nothing,
  );
}

function times(size: Size, count: number): Size {
  return {
    grants: size.grants * count,
    defaultPrivileges: size.defaultPrivileges * count,
    privileges: size.privileges * count,
    settings: size.settings * count,
    textBytes: size.textBytes * count,
  };
}

/** How often each profile is bound. */
function bindingsOf({ schemas = [] }: Manifest): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { profiles = [] } of schemas)
    for (const name of profiles) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function profileOf({ profiles = {} }: Manifest, name: string): ProfileSection {
  return (Object.hasOwn(profiles, name) ? profiles[name] : undefined) ?? {};
}

function profileSize(
  { grants, default_privileges: defaults = [], config }: ProfileSection,
  growth: number,
): Size {
  const privileges = total(defaults, (entry) => entry.privileges.length);
  const byDefault = { ...nothing, defaultPrivileges: defaults.length, privileges };
  const settings = settingsSize(config);
  const longest = { ...settings, textBytes: growth * settings.textBytes };
  return sumOf([grantsSize(grants), byDefault, longest]);
}

function declaredSize({ grants, default_privileges: defaults = [], roles = [] }: Manifest): Size {
  const configs = roles.flatMap(({ config, database_config: databaseConfig }) => [
    config,
    databaseConfig,
  ]);
  const byDefault = defaults.map(({ owners = [], grant }) => {
    const privileges = total(grant, (entry) => entry.privileges.length);
    const once = { ...nothing, defaultPrivileges: grant.length, privileges };
    return times(once, Math.max(1, owners.length));
  });
  return sumOf([grantsSize(grants), ...byDefault, ...configs.map(settingsSize)]);
}

interface Granted {
  readonly privileges: readonly string[];
  readonly object?:
    | { readonly name?: string | undefined; readonly columns?: readonly string[] | undefined }
    | undefined;
}

/** A grant on columns becomes one grant per column, and each names the relation. */
function grantsSize(grants: readonly Granted[] = []): Size {
  const sizes = grants.map(({ privileges, object = {} }) => {
    const { name = '', columns } = object;
    const count = Math.max(1, columns?.length ?? 1);
    const textBytes = count * name.length + total(columns, (column) => column.length);
    return { ...nothing, grants: count, privileges: count * privileges.length, textBytes };
  });
  return sumOf(sizes);
}

function settingsSize(config: ConfigSection | undefined): Size {
  const entries = Object.entries(config ?? {});
  const textBytes = total(entries, ([name, value]) => name.length + String(value).length);
  return { ...nothing, settings: entries.length, textBytes };
}

function total<T>(items: readonly T[] | undefined, sizeOf: (item: T) => number): number {
  return (items ?? []).reduce((sum, item) => sum + sizeOf(item), 0);
}
