import { activityInfo, CancelledFailure } from '@temporalio/activity';
import type { ResourceRef } from '../core/document/document.ts';
import { failureClass } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import { policyFields } from '../telemetry/log.ts';
import type {
  Activities,
  ApplyOutcome,
  ClaimSent,
  DiffOutcome,
  ReportRequest,
  StepOutcome,
  StepsDue,
} from './contract.ts';
import type { CheckOutcome, CheckTogetherRequest, CheckedTogether } from './check-contract.ts';
import type { Done, Refused } from './outcome.ts';
import type { ActivityDeps } from './deps.ts';
import {
  reconcileResults,
  timedActivities,
  type ReconcileResult,
  type TimedActivity,
} from './metrics.ts';

type Observers = Pick<ActivityDeps, 'metrics' | 'log'>;

/** How an activity ended, also if it threw an error. */
type Ended =
  | ApplyOutcome
  | CheckOutcome
  | ClaimSent
  | DiffOutcome
  | Done
  | StepOutcome
  | StepsDue
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly refusal: Pick<Refused['refusal'], 'code'> };

/** Wraps the activities so that each is measured and logged when it ends. Their behavior stays the same. */
export function observed(activities: Activities, observers: Observers): Activities {
  const { metrics, log } = observers;
  const watched =
    <R extends Request, E extends Ended>(
      activity: TimedActivity | 'claim' | 'recordClaim',
      run: (request: R) => Promise<E>,
    ) =>
    async (request: R): Promise<E> => {
      const start = performance.now();
      const record = (ended: Ended) => {
        const seconds = (performance.now() - start) / 1_000;
        if (isTimed(activity)) metrics.timed(activity, resultOf(ended), seconds);
        measure(observers, refOf(request), ended);
        logEnd(observers, { activity, ref: refOf(request), ended, seconds });
      };
      try {
        const outcome = await run(request);
        record(outcome);
        return outcome;
      } catch (error) {
        record(thrown(error));
        throw error;
      }
    };
  return {
    ...activities,
    check: watched('check', (request) => activities.check(request)),
    checkTogether: (request) => checkTogetherObserved(activities, request, observers),
    claim: watched('claim', (request) => activities.claim(request)),
    recordClaim: watched('recordClaim', (request) => activities.recordClaim(request)),
    diff: watched('diff', (request) => activities.diff(request)),
    apply: watched('apply', (request) => activities.apply(request)),
    step: watched('step', (request) => activities.step(request)),
    async letGo(request) {
      const ended = await activities.letGo(request);
      if (ended.kind === 'done') metrics.forgot(request.ref);
      return ended;
    },
    async report(request) {
      const reported = await activities.report(request);
      logRefusal(request, { metrics, log });
      return reported;
    },
  };
}

/** Each policy of a shared check that stays asleep counts as checked. The others check themselves. */
async function checkTogetherObserved(
  activities: Activities,
  request: CheckTogetherRequest,
  observers: Observers,
): Promise<CheckedTogether> {
  const start = performance.now();
  const checked = await activities.checkTogether(request);
  const seconds = (performance.now() - start) / 1_000;
  const awake = new Set(checked.awake);
  const ended = { kind: 'unchanged' } as const;
  for (const [
    index,
    {
      check: { ref },
    },
  ] of request.members.entries()) {
    if (awake.has(index)) continue;
    observers.metrics.timed('check', ended.kind, seconds);
    measure(observers, ref, ended);
    logEnd(observers, { activity: 'checkTogether', ref, ended, seconds });
  }
  return checked;
}

type Request =
  { readonly ref: ResourceRef } | { readonly ticket: { readonly policy: ResourceRef } };

function refOf(request: Request): ResourceRef {
  return 'ref' in request ? request.ref : request.ticket.policy;
}

function isTimed(activity: string): activity is TimedActivity {
  return timedActivities.some((name) => name === activity);
}

function thrown(error: unknown): Ended {
  if (error instanceof CancelledFailure) return { kind: 'cancelled' };
  const code = error instanceof Refusal ? error.code : 'Internal';
  return { kind: 'refused', refusal: { code } };
}

function resultOf(ended: Ended): string {
  return ended.kind === 'refused' ? failureClass(ended.refusal.code) : ended.kind;
}

function measure({ metrics }: Observers, ref: ResourceRef, ended: Ended): void {
  if (ended.kind === 'refused') metrics.failed(ended.refusal.code);
  if (ended.kind === 'planned') metrics.planned(ended.summary.total > 0 ? 'drift' : 'clean');
  if (ended.kind === 'applied') metrics.changed(ended.summary);
  // The worker of the other zone measures the policy.
  if (ended.kind === 'elsewhere') metrics.forgot(ref);
  const result = reconcileResult(ended);
  if (result === undefined) return;
  metrics.reconciled(result);
  if (successes.has(result)) metrics.succeeded(ref);
  if (result === 'gone' || result === 'suspended') metrics.forgot(ref);
}

const successes: ReadonlySet<ReconcileResult> = new Set(['unchanged', 'in_sync', 'applied']);

/** Undefined while the pass goes on. */
function reconcileResult(ended: Ended): ReconcileResult | undefined {
  if (ended.kind === 'refused') return failureClass(ended.refusal.code);
  if (ended.kind === 'planned') return ended.summary.total === 0 ? 'in_sync' : undefined;
  return reconcileResults.find((result) => result === ended.kind);
}

interface End {
  readonly activity: string;
  readonly ref: ResourceRef;
  readonly ended: Ended;
  readonly seconds: number;
}

function logEnd({ log }: Observers, { activity, ref, ended, seconds }: End): void {
  const { attempt, workflowExecution } = activityInfo();
  const fields = {
    ...policyFields(ref),
    ...(workflowExecution === undefined ? {} : { workflowId: workflowExecution.workflowId }),
    activity,
    attempt,
    result: resultOf(ended),
    durationMs: Math.round(seconds * 1_000),
    ...(ended.kind === 'refused' ? { code: ended.refusal.code } : {}),
  };
  log.debug(fields, 'activity ended');
}

/** Only the workflows know about a conflict, so it is counted when it is reported. */
function logRefusal({ ref, observation }: ReportRequest, { metrics, log }: Observers): void {
  if (observation.kind !== 'refused') return;
  const { code, message, hint } = observation.refusal;
  if (code === 'ConflictingPolicy') {
    metrics.failed(code);
    metrics.reconciled('conflict');
  }
  const fields = { ...policyFields(ref), code, failureClass: failureClass(code) };
  log.warn({ ...fields, error: message, hint }, 'policy refused');
}
