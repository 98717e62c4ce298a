import { z } from 'zod';
import { isNotFound } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { apiTrouble } from '../trouble.ts';
import { installationLabel } from './report.ts';
import type { KnownNamespace } from './targets.ts';

const namespaceSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
});

/** A namespace, and not another that will have its name. */
export interface StoredNamespace extends KnownNamespace {
  readonly uid: string;
}

/** Undefined where there is none. Throws Refusal. */
export async function readNamespace(
  client: ApiClient,
  name: string,
): Promise<StoredNamespace | undefined> {
  try {
    const { metadata } = namespaceSchema.parse(await client.get(pathOf(name)));
    const { uid, labels, deletionTimestamp } = metadata;
    const isTerminating = deletionTimestamp !== undefined;
    return { name, uid, installation: labels[installationLabel], isTerminating };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw apiTrouble(`read namespace ${name}`, error);
  }
}

/** Nothing happens when it is gone already. Throws Refusal. */
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
