import type { ActivityDeps } from './deps.ts';
import type { Reported, ReportRequest } from './contract.ts';
import { eventsBetween } from './status/events.ts';
import { nextStatus } from './status/next-status.ts';

/** Tells the policy's source what came of a look. A policy that is gone is told nothing. */
export async function report(
  deps: ActivityDeps,
  { ref, observation }: ReportRequest,
): Promise<Reported> {
  const { source, now, searchAttributes } = deps;
  const record = await source.readPolicy(ref);
  if (record === undefined) return { searchAttributes };
  const moment = { observation, version: record.version, now: now() };
  const status = nextStatus(record.status, moment);
  const events = eventsBetween(record.status, status, observation);
  await source.writeStatus(record, status);
  for (const event of events) await source.recordEvent(record, event);
  return { searchAttributes };
}
