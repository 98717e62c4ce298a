import {
  ActivityFailure,
  ApplicationFailure,
  TemporalFailure,
  TimeoutFailure,
  type Priority,
} from '@temporalio/common';
import {
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import type { CheckOutcome, CheckRequest } from '../activities/check-contract.ts';
import type { Refused } from '../activities/outcome.ts';

/**
 * Local activities must fit into a workflow task, so they are short and get two attempts. If both fail, `remote` runs
 * the activity.
 */
const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '8s',
  retry: { maximumAttempts: 2, initialInterval: '200ms' },
});

/**
 * Temporal detects a lost worker after this time. Workers send a heartbeat every 5 seconds: see activities/attempt.ts.
 */
const heartbeatTimeout = '15s';

/**
 * Order of activities that wait for a worker: those that finish a pass go before those that continue one, and these
 * before those that begin one. Otherwise, of many policies that begin at once, none is finished before all have been
 * compared. A reconcile that someone asked for does not wait behind the others. A server without priorities (before
 * 1.31, unless it is enabled) ignores this.
 */
export const priorities = {
  finish: { priorityKey: 1 },
  proceed: { priorityKey: 2 },
  compare: { priorityKey: 3 },
  begin: { priorityKey: 4 },
};

/**
 * The priority of an activity for a policy of this namespace. Among activities with the same priority, namespaces take
 * turns, so that many policies of one do not delay those of another. A server without fairness ignores this.
 */
export function fairly(priority: Priority, namespace = namespaceOfPolicy()): Priority {
  return namespace === undefined ? priority : { ...priority, fairnessKey: namespace };
}

/** From the workflow ID, for policies whose workflow was started without a fairness key. */
function namespaceOfPolicy(): string | undefined {
  const [type, namespace] = workflowInfo().workflowId.split('/');
  return type === 'policy' ? namespace : undefined;
}

/** Normal activities: visible in the UI, retried by the Temporal server, and pausable. */
export const remote = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '10m',
  heartbeatTimeout,
  priority: priorities.proceed,
  retry: { maximumAttempts: 3, initialInterval: '1s' },
});

/**
 * Activities that write. Temporal retries only after the loss of a worker: a refusal is a result, so that the next
 * ticket gets its turn.
 */
export const writing = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout,
  priority: priorities.finish,
  retry: { maximumAttempts: 3, initialInterval: '1s', maximumInterval: '5s' },
});

/** Retries forever, because nothing may be written before the claims are known. */
export const persistent = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout,
  priority: priorities.finish,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

export async function check(
  request: CheckRequest,
  order: Priority = priorities.begin,
): Promise<CheckOutcome | Refused> {
  const summary = 'check';
  const looked = await attempt(quick.check.executeWithOptions({ summary }, [request]));
  const priority = fairly(order);
  return looked ?? asData(remote.check.executeWithOptions({ summary, priority }, [request]));
}

/** Tries a local activity first, because it adds one marker to the history instead of three events. */
export async function quickly<T>(
  call: (activities: typeof quick | typeof remote) => Promise<T>,
): Promise<T | Refused> {
  return (await attempt(call(quick))) ?? asData(call(remote));
}

/** How long an activity waits for a worker of its zone. */
export const zonePatience = '30 seconds';

/** The activity's result. A failure after all retries becomes data. `zone` is that of the activity's worker. */
export async function asData<T>(work: Promise<T>, zone?: string): Promise<T | Refused> {
  try {
    return await work;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return isUntaken(error) && zone !== undefined ? unavailable(zone) : refusedBy(error);
  }
}

function isUntaken({ cause }: TemporalFailure): boolean {
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

function unavailable(zone: string): Refused {
  return {
    kind: 'refused',
    refusal: {
      code: 'ZoneUnavailable',
      message: `no worker of zone ${zone} began to work within ${zonePatience}`,
      hint: `Look up whether the workers with PGWARDEN_ZONE=${zone} run, and whether they are overloaded.`,
    },
    failureClass: 'transient',
  };
}

/** Undefined when the activity failed, so use it only with activities that return something. */
async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return undefined;
  }
}

/**
 * Temporal delivers the failure of a local activity as it was thrown, and that of a normal one inside an
 * ActivityFailure.
 */
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
      code: isLate && usesServer.has(activity) ? 'DatabaseTimeout' : 'Internal',
      message: `${activity} ${isLate ? 'timed out' : 'failed'}; pgwarden retries it`,
      hint: 'Look up the activity in the Temporal history; the worker log has the details.',
    },
    failureClass: 'transient',
  };
}

const usesServer: ReadonlySet<string> = new Set(['check', 'diff', 'apply', 'step']);

function isRefused(detail: unknown): detail is Refused {
  return (
    typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind === 'refused'
  );
}
