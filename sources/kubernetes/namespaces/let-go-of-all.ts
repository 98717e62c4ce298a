import type { ApiClient } from '../api/client.ts';
import { keep } from '../keep.ts';
import { listKept } from '../policies.ts';

/** Takes our finalizer off every policy of a namespace in which we work no more. Throws Refusal. */
export async function letGoOfAll(client: ApiClient, namespace: string): Promise<void> {
  for (const policy of await listKept(client, namespace)) await keep(client, policy, false);
}
