import { CancelledFailure, Context } from '@temporalio/activity';
import { Refusal } from '../core/refusal.ts';
import type { Activities } from './contract.ts';
import type { ActivityMetrics } from './metrics.ts';

/** One attempt of an activity, as its code sees it. */
export interface Attempt {
  /** Aborts when the attempt was cancelled, ran out of time, made no progress, or the worker stops. */
  readonly signal: AbortSignal;
  /** A server answered, so that the attempt is worth to wait for. */
  readonly progressed: () => void;
}

/** What the activities are before each of their attempts is supervised. */
export type AttemptedActivities = {
  readonly [Name in keyof Activities]: (
    request: Parameters<Activities[Name]>[0],
    attempt: Attempt,
  ) => ReturnType<Activities[Name]>;
};

/** Temporal notices a worker that vanished after three missing heartbeats: see `heartbeatTimeout` in workflows/activities.ts. */
const beatMs = 5_000;

/** PostgreSQL ends a statement of an apply after 120 s. A server that is silent for longer is lost. */
const longestSilenceMs = 150_000;

/** What was cancelled rolls back first. After this the attempt ends, whatever its connection does. */
const rollbackMs = 5_000;

/**
 * The same activities, each of which sends heartbeats as long as it makes progress, and ends soon after it was cancelled.
 * An attempt that waits for a silent server must not hold a slot of the worker.
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

/** The work's result, or its failure. Work that goes on for long after the signal is left to itself. */
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
          // A refusal that comes of the cancellation says nothing about the policy.
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
    `the server did not answer for ${longestSilenceMs / 1_000} seconds`,
    'Check the network between the worker and the server, and what the server is doing.',
  );
}
