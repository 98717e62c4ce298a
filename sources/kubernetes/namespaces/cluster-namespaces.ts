import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Refusal } from '../../../core/refusal.ts';
import { hasCode, isNotFound } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { apiTrouble } from '../trouble.ts';
import { reflect } from '../watch/reflector.ts';
import { installationLabel } from './report.ts';
import type { KnownNamespace } from './targets.ts';

const namespaceSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
});

interface WatchOptions {
  readonly client: ApiClient;
  readonly onChange: () => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/** The namespaces of the cluster, by name and label, as they are now. */
export interface ClusterNamespaces {
  readonly known: () => readonly KnownNamespace[];
  /** Resolves once they are, or are not to be seen. */
  readonly begun: Promise<void>;
  readonly isSeen: () => boolean;
}

export function watchNamespaces(options: WatchOptions): ClusterNamespaces {
  const { kept, begun, isSeen } = reflect<KnownNamespace>({
    ...options,
    path: paths.namespaces,
    metadataOnly: true,
    digest: (value) => {
      const { name, labels, deletionTimestamp } = namespaceSchema.parse(value).metadata;
      const installation = labels[installationLabel];
      return [name, { name, installation, isTerminating: deletionTimestamp !== undefined }];
    },
    onChange: (_name, before, after) => {
      if (!isDeepStrictEqual(before, after)) options.onChange();
    },
  });
  return { known: () => [...kept.values()], begun, isSeen };
}

/** Makes it, with our label. Nothing happens when it is there. Throws Refusal. */
export async function createNamespace(
  client: ApiClient,
  name: string,
  installation: string,
): Promise<void> {
  const labels = { [installationLabel]: installation, 'app.kubernetes.io/managed-by': 'pgwarden' };
  try {
    await client.create(paths.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  } catch (error) {
    if (!hasCode(error, 409)) throw apiTrouble(`create namespace ${name}`, error);
  }
}

/** Gives it our label, unless it has one. Throws Refusal. */
export async function labelNamespace(
  client: ApiClient,
  name: string,
  installation: string,
): Promise<void> {
  const path = `${paths.namespaces}/${encodeURIComponent(name)}`;
  try {
    const stored = namespaceSchema.parse(await client.get(path));
    if (stored.metadata.labels[installationLabel] !== undefined) return;
    const labels = { ...stored.metadata.labels, [installationLabel]: installation };
    await client.replace(path, { ...stored, metadata: { ...stored.metadata, labels } });
  } catch (error) {
    // It changed meanwhile, or is gone: the next look sees that.
    if (!hasCode(error, 409) && !isNotFound(error))
      throw apiTrouble(`label namespace ${name}`, error);
  }
}
