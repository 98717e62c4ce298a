import type { PolicyRecord, PolicyStatus } from '../sources/source.ts';
import type { ActivityDeps } from './deps.ts';
import { reconciling } from './status/reconciling.ts';

/**
 * Sets the condition Reconciling for a new spec, so that a client that waits for it does not read the result of the
 * former spec.
 */
export async function announce(
  { source, now }: Pick<ActivityDeps, 'source' | 'now'>,
  record: PolicyRecord,
): Promise<void> {
  if (record.unseen !== true) return;
  const change = (status: PolicyStatus) => reconciling(status, now());
  await source.writeStatus(record, change, record.version);
}
