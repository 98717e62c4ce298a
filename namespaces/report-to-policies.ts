import type { Refusal } from '../core/refusal.ts';
import { unreconciled } from '../sources/unreconciled.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { listRecords } from '../sources/kubernetes/policies.ts';
import { writeStatus } from '../sources/kubernetes/write-status.ts';
import { refusalOf } from './refusal-of.ts';

type WhyUnreconciled = Parameters<typeof unreconciled>[1];

/**
 * Writes to the status of every policy of a namespace that it is not reconciled, and why. Returns the Refusal if that
 * fails.
 */
export function reportToPolicies(
  client: ApiClient,
  namespace: string,
  why: WhyUnreconciled,
): Promise<Refusal | undefined> {
  return refusalOf(async () => {
    const now = new Date();
    for (const record of await listRecords(client, namespace))
      await writeStatus(client, record, (status) => unreconciled(status, why, now));
  });
}
