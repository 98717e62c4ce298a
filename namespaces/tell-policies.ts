import type { Refusal } from '../core/refusal.ts';
import { untended } from '../sources/untended.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { listRecords } from '../sources/kubernetes/policies.ts';
import { writeStatus } from '../sources/kubernetes/write-status.ts';
import { tried } from './tried.ts';

type Neglect = Parameters<typeof untended>[1];

/**
 * Writes to the status of every policy of a namespace that it is not reconciled, and why. Returns the Refusal if that
 * fails.
 */
export function tellPolicies(
  client: ApiClient,
  namespace: string,
  neglect: Neglect,
): Promise<Refusal | undefined> {
  return tried(async () => {
    const now = new Date();
    for (const record of await listRecords(client, namespace))
      await writeStatus(client, record, (status) => untended(status, neglect, now));
  });
}
