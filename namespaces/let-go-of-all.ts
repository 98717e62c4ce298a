import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { keep } from '../sources/kubernetes/keep.ts';
import { listRecords } from '../sources/kubernetes/policies.ts';

/** Takes our finalizer off every policy of a namespace in which we work no more. Throws Refusal. */
export async function letGoOfAll(client: ApiClient, namespace: string): Promise<void> {
  for (const policy of await listRecords(client, namespace))
    if (policy.kept === true) await keep(client, policy, false);
}

/** Names of those that have it. Throws Refusal. */
export async function keptPolicies(
  client: ApiClient,
  namespace: string,
): Promise<readonly string[]> {
  const records = await listRecords(client, namespace);
  return records.flatMap(({ ref, kept }) => (kept === true ? [ref.name] : []));
}
