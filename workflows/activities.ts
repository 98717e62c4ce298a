import {
  ActivityFailure,
  ApplicationFailure,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities, CheckOutcome, CheckRequest, Refused } from '../activities/contract.ts';

/** Must fit into a workflow task, so it is short and tried twice; what fails here is done again in `remote`. */
const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '8s',
  retry: { maximumAttempts: 2, initialInterval: '200ms' },
});

/** A worker that vanished is noticed after this. Workers send a heartbeat every 5 seconds: see activities/attempt.ts. */
const heartbeatTimeout = '15s';

/** Visible, retried by the server, may be paused in the UI. */
export const remote = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '10m',
  heartbeatTimeout,
  retry: { maximumAttempts: 3, initialInterval: '1s' },
});

/** Writes. Only what became of a worker is retried in place: a refusal is the result, and the next ticket's turn comes. */
export const writing = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout,
  retry: { maximumAttempts: 3, initialInterval: '1s', maximumInterval: '5s' },
});

/** Never gives up: nothing may be written before the claims are known. */
export const persistent = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

export async function check(request: CheckRequest): Promise<CheckOutcome | Refused> {
  const summary = 'check';
  const looked = await attempt(quick.check.executeWithOptions({ summary }, [request]));
  return looked ?? asData(remote.check.executeWithOptions({ summary }, [request]));
}

/** Tries in this worker first: one marker in the history instead of three events. */
export async function quickly<T>(
  call: (activities: typeof quick | typeof remote) => Promise<T>,
): Promise<T | Refused> {
  return (await attempt(call(quick))) ?? asData(call(remote));
}

/** The activity's result; a failure that outlived its retries becomes data. */
export async function asData<T>(work: Promise<T>): Promise<T | Refused> {
  try {
    return await work;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return refusedBy(error);
  }
}

/** Undefined when the activity failed. Activities used with it return something. */
async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return undefined;
  }
}

/** A local activity's failure comes as it was thrown, a normal one's inside an ActivityFailure. */
function refusedBy(failure: TemporalFailure): Refused {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof ApplicationFailure) {
    const [detail] = cause.details ?? [];
    if (isRefused(detail)) return detail;
  }
  const activity = failure instanceof ActivityFailure ? failure.activityType : 'an activity';
  const isLate = cause instanceof TimeoutFailure;
  return {
    kind: 'refused',
    refusal: {
      code: isLate && asksServer.has(activity) ? 'DatabaseTimeout' : 'Internal',
      message: `${activity} ${isLate ? 'did not end in time' : 'failed'} and is tried again`,
      hint: 'See the activity in the Temporal history; the worker log has the details.',
    },
    failureClass: 'transient',
  };
}

const asksServer: ReadonlySet<string> = new Set(['check', 'diff', 'apply', 'step']);

function isRefused(detail: unknown): detail is Refused {
  return (
    typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind === 'refused'
  );
}
