import type { ResourceRef } from '../../core/document/document.ts';
import type { Entry } from './entry.ts';
import { entryKey } from './entry.ts';
import type { SecretPlaces } from './secrets.ts';
import { findSecret } from './secrets.ts';
import type { Inventory, VersionedChange } from './watch.ts';

/** Every policy and Secret with its version. Throws Refusal `PolicyUnreadable` without a directory. */
export async function takeInventory(places: SecretPlaces): Promise<Inventory> {
  const { entries, folders } = await places.catalog.scan();
  const generated = await places.generated.list();
  const versioned = await Promise.all([
    ...[...entries.values()].map((entry) => versionedEntry(places, entry)),
    ...generated.secrets.map((ref) => versionedSecret(places, ref)),
  ]);
  return {
    versions: new Map(versioned.map((each) => [entryKey(each.change.kind, each.change.ref), each])),
    folders: [...folders, ...generated.folders],
  };
}

async function versionedEntry(places: SecretPlaces, entry: Entry): Promise<VersionedChange> {
  const { kind, ref } = entry;
  if (kind === 'secret') return versionedSecret(places, ref);
  return { version: entry.version, change: { kind, ref } };
}

async function versionedSecret(places: SecretPlaces, ref: ResourceRef): Promise<VersionedChange> {
  const secret = await findSecret(places, ref).catch(() => undefined);
  return { version: secret?.version ?? 'unreadable', change: { kind: 'secret', ref } };
}
