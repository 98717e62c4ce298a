import type { PolicyRecord, PolicyStatus } from '../sources/source.ts';
import type { ActivityDeps } from './deps.ts';
import { reconciling } from './status/reconciling.ts';

/** Says that a new spec is looked at, so that nobody who waits for it takes the former one's success for its own. */
export async function announce(
  { source, now }: Pick<ActivityDeps, 'source' | 'now'>,
  record: PolicyRecord,
): Promise<void> {
  if (record.unseen !== true) return;
  const change = (status: PolicyStatus) => reconciling(status, now());
  await source.writeStatus(record, change, record.version);
}
