import type { ActivityDeps } from './deps.ts';
import type { Reported, ReportRequest } from './contract.ts';
import { eventsBetween } from './status/events.ts';
import { nextStatus } from './status/next-status.ts';
import { recordEvent } from './record-event.ts';

/**
 * Writes the result of a check to the policy's status and records Events. Does nothing if the policy does not exist any
 * more.
 */
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
  for (const event of events) await recordEvent(deps, record, event);
  return { searchAttributes };
}
