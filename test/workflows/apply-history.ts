import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { ApplyOutcome, ApplyRequest } from '../../activities/contract.ts';

/** One `apply` in the history of a workflow. */
export interface AppliedInHistory {
  readonly policy: string;
  readonly database: string;
  readonly outcome: ApplyOutcome['kind'];
  /** Event IDs, which give the order. */
  readonly scheduledId: number;
  readonly completedId: number;
  /** Milliseconds, by the clock of the Temporal server. */
  readonly startedMs: number;
  readonly completedMs: number;
}

export interface ApplyHistory {
  /** In the order in which they were scheduled. */
  readonly applies: readonly AppliedInHistory[];
  /** The times when policies requested an apply. */
  readonly enqueuedMs: readonly number[];
}

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;
type HistoryEvent = Events[number];

/** Throws if an apply is still running or did not complete. */
export async function applyHistory(handle: WorkflowHandle): Promise<ApplyHistory> {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  const enqueued = all.filter(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'enqueue',
  );
  const scheduled = all.filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'apply',
  );
  return {
    applies: scheduled.map((event) => appliedInHistory(all, event)),
    enqueuedMs: enqueued.map(timeOf),
  };
}

function appliedInHistory(events: Events, scheduled: HistoryEvent): AppliedInHistory {
  const scheduledId = Number(scheduled.eventId);
  const started = events.find(
    ({ activityTaskStartedEventAttributes: attributes }) =>
      Number(attributes?.scheduledEventId) === scheduledId,
  );
  const completed = events.find(
    ({ activityTaskCompletedEventAttributes: attributes }) =>
      Number(attributes?.scheduledEventId) === scheduledId,
  );
  if (started === undefined || completed === undefined) {
    throw new Error(`the apply of event ${scheduledId} did not complete`);
  }
  const { input } = scheduled.activityTaskScheduledEventAttributes ?? {};
  const { result } = completed.activityTaskCompletedEventAttributes ?? {};
  const { ticket } = decoded(input) as ApplyRequest;
  const { kind } = decoded(result) as ApplyOutcome;
  return {
    policy: ticket.policy.name,
    database: ticket.database,
    outcome: kind,
    scheduledId,
    completedId: Number(completed.eventId),
    startedMs: timeOf(started),
    completedMs: timeOf(completed),
  };
}

function decoded(payloads: { payloads?: Payload[] | null } | null | undefined): unknown {
  const [payload] = payloads?.payloads ?? [];
  if (payload === undefined) throw new Error('the history has no payload there');
  return defaultPayloadConverter.fromPayload(payload);
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1e6;
}
