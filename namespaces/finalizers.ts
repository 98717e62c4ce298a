import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { keep } from '../sources/kubernetes/keep.ts';
import { listRecords } from '../sources/kubernetes/policies.ts';

/** Removes our finalizer from every policy of a namespace that we no longer manage. Throws Refusal. */
export async function removeFinalizers(client: ApiClient, namespace: string): Promise<void> {
  for (const policy of await listRecords(client, namespace))
    if (policy.kept === true) await keep(client, policy, false);
}

/** Names of the policies with our finalizer. Throws Refusal. */
export async function keptPolicies(
  client: ApiClient,
  namespace: string,
): Promise<readonly string[]> {
  const records = await listRecords(client, namespace);
  return records.flatMap(({ ref, kept }) => (kept === true ? [ref.name] : []));
}
