import { z } from 'zod';
import { hasCode, isNotFound } from '../sources/kubernetes/api/api-error.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { paths } from '../sources/kubernetes/paths.ts';
import { apiTrouble } from '../sources/kubernetes/trouble.ts';
import { installationLabel, ownLabels } from '../sources/kubernetes/namespace-set/labels.ts';
import type { KnownNamespace } from './targets.ts';

const namespaceSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
});

/** A namespace with its UID, which distinguishes it from a later one with the same name. */
export interface StoredNamespace extends KnownNamespace {
  readonly uid: string;
}

/** Decodes a namespace from the API server, whole or only its metadata. */
export function decodeNamespace(value: unknown): StoredNamespace {
  const { name, uid, labels, deletionTimestamp } = namespaceSchema.parse(value).metadata;
  const isTerminating = deletionTimestamp !== undefined;
  return { name, uid, installation: labels[installationLabel], isTerminating };
}

/** Undefined if it does not exist. Throws Refusal. */
export async function readNamespace(
  client: ApiClient,
  name: string,
): Promise<StoredNamespace | undefined> {
  try {
    return decodeNamespace(await client.get(pathOf(name)));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw apiTrouble(`read namespace ${name}`, error);
  }
}

/** Creates the namespace with our label. Does nothing if it exists. Throws Refusal. */
export async function createNamespace(
  client: ApiClient,
  name: string,
  installation: string,
): Promise<void> {
  const metadata = { name, labels: ownLabels(installation) };
  try {
    await client.create(paths.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  } catch (error) {
    if (!hasCode(error, 409)) throw apiTrouble(`create namespace ${name}`, error);
  }
}

/** Adds our label, unless the namespace already names an installation. Throws Refusal. */
export async function labelNamespace(
  client: ApiClient,
  name: string,
  installation: string,
): Promise<void> {
  const path = pathOf(name);
  try {
    const stored = namespaceSchema.parse(await client.get(path));
    if (stored.metadata.labels[installationLabel] !== undefined) return;
    const labels = { ...stored.metadata.labels, [installationLabel]: installation };
    await client.replace(path, { ...stored, metadata: { ...stored.metadata, labels } });
  } catch (error) {
    // It has changed or was deleted: the next check sees that.
    if (!hasCode(error, 409) && !isNotFound(error))
      throw apiTrouble(`label namespace ${name}`, error);
  }
}

/** Does nothing if it is already deleted. Throws Refusal. */
export async function deleteNamespace(
  client: ApiClient,
  { name, uid }: Pick<StoredNamespace, 'name' | 'uid'>,
): Promise<void> {
  try {
    await client.remove(pathOf(name), uid);
  } catch (error) {
    if (!isNotFound(error)) throw apiTrouble(`delete namespace ${name}`, error);
  }
}

function pathOf(name: string): string {
  return `${paths.namespaces}/${encodeURIComponent(name)}`;
}
