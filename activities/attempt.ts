import { CancelledFailure, Context } from '@temporalio/activity';
import { Refusal } from '../core/refusal.ts';
import type { Activities } from './contract.ts';
import type { ActivityMetrics } from './metrics.ts';

/** One attempt of an activity, as the activity's code sees it. */
export interface Attempt {
  /** Aborts when the attempt is cancelled, times out or makes no progress, or when the worker stops. */
  readonly signal: AbortSignal;
  /** Call this when a server responds: it restarts the time limit for silence. */
  readonly progressed: () => void;
}

/** The activities before `supervised` wraps each attempt. */
export type AttemptedActivities = {
  readonly [Name in keyof Activities]: (
    request: Parameters<Activities[Name]>[0],
    attempt: Attempt,
  ) => ReturnType<Activities[Name]>;
};

/** Temporal detects a lost worker after three missing heartbeats: see `heartbeatTimeout` in workflows/activities.ts. */
const beatMs = 5_000;

/** PostgreSQL cancels a statement of an apply after 120 s, so a server that is silent for longer is lost. */
const longestSilenceMs = 150_000;

/** A cancelled attempt rolls back first. After this time it ends even if its connection does not respond. */
const rollbackMs = 5_000;

/**
 * Wraps the activities: each attempt sends heartbeats while it makes progress, and ends soon after it is cancelled. An
 * attempt that waits for a silent server must not hold a slot of the worker.
 */
export function supervised(
  activities: AttemptedActivities,
  { began }: Pick<ActivityMetrics, 'began'>,
): Activities {
  const entries = Object.entries(activities as unknown as Untyped).map(([name, activity]) => [
    name,
    (request: unknown) => supervise((attempt) => activity(request, attempt).finally(began(name))),
  ]);
  return Object.fromEntries(entries) as Activities;
}

type Untyped = Readonly<Record<string, (request: unknown, attempt: Attempt) => Promise<unknown>>>;

async function supervise<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const silence = new AbortController();
  const context = Context.current();
  const signal = AbortSignal.any([context.cancellationSignal, silence.signal]);
  let progressedAt = performance.now();
  const beat = () => {
    if (performance.now() - progressedAt > longestSilenceMs) silence.abort(tooSilent());
    else if (!context.info.isLocal) context.heartbeat();
  };
  const beats = setInterval(beat, beatMs);
  const attempt: Attempt = {
    signal,
    progressed() {
      progressedAt = performance.now();
    },
  };
  try {
    return await endedSoonAfter(signal, work(attempt));
  } finally {
    clearInterval(beats);
  }
}

/** Settles with the work, or rejects `rollbackMs` after the signal if the work has not ended by then. */
function endedSoonAfter<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let giveUp: NodeJS.Timeout | undefined;
    const onAbort = () => {
      giveUp = setTimeout(() => {
        reject(reasonOf(signal));
      }, rollbackMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work
      .then(
        (result) => {
          // A refusal caused by the cancellation says nothing about the policy.
          if (signal.aborted && isRefused(result)) throw reasonOf(signal);
          return result;
        },
        (error: unknown) => {
          throw signal.aborted ? reasonOf(signal) : error;
        },
      )
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(giveUp);
        signal.removeEventListener('abort', onAbort);
      });
  });
}

function isRefused(result: unknown): boolean {
  return (
    typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'refused'
  );
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Refusal ? reason : new CancelledFailure('cancelled');
}

function tooSilent(): Refusal {
  return new Refusal(
    'DatabaseTimeout',
    `the server has not responded for ${longestSilenceMs / 1_000} seconds`,
    'Check the network between the worker and the server, and the load of the server.',
  );
}
