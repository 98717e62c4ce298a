import { Refusal } from '../core/refusal.ts';
import type { PolicyEvent, PolicyRecord } from '../sources/source.ts';
import { policyFields } from '../telemetry/log.ts';
import type { ActivityDeps } from './deps.ts';

/** Records an Event. If that fails, the log gets it and the activity goes on. */
export async function recordEvent(
  { source, log }: Pick<ActivityDeps, 'source' | 'log'>,
  record: PolicyRecord,
  event: PolicyEvent,
): Promise<void> {
  try {
    await source.recordEvent(record, event);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, hint } = error;
    log.warn({ ...policyFields(record.ref), code, error: message, hint }, 'event not recorded');
  }
}
