import type { ApiClient } from '../api/client.ts';
import { keep } from '../keep.ts';
import { listRecords } from '../policies.ts';

/** Takes our finalizer off every policy of a namespace in which we work no more. Throws Refusal. */
export async function letGoOfAll(client: ApiClient, namespace: string): Promise<void> {
  for (const policy of await listRecords(client, namespace))
    if (policy.kept === true) await keep(client, policy, false);
}
