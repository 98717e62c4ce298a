import { Refusal } from '../core/refusal.ts';
import type { PolicyEvent, PolicyRecord } from '../sources/source.ts';
import { policyFields } from '../telemetry/log.ts';
import type { ActivityDeps } from './deps.ts';
import type { Reported, ReportRequest } from './contract.ts';
import { eventsBetween } from './status/events.ts';
import { nextStatus } from './status/next-status.ts';

/** Tells the policy's source what came of a look. A policy that is gone is told nothing. */
export async function report(
  deps: ActivityDeps,
  { ref, observation, version }: ReportRequest,
): Promise<Reported> {
  const { source, now, searchAttributes } = deps;
  const record = await source.readPolicy(ref);
  if (record === undefined) return { searchAttributes };
  const seen = version ?? record.version;
  const moment = { observation, version: seen, now: now() };
  const events = eventsBetween(record.status, nextStatus(record.status, moment), observation);
  await source.writeStatus(record, (status) => nextStatus(status, moment), seen);
  for (const event of events) await tell(deps, record, event);
  return { searchAttributes };
}

/** The status has it, so an Event that cannot be recorded holds up nothing. */
async function tell(
  { source, log }: ActivityDeps,
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
