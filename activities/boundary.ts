import { CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { visible } from '../core/control-characters.ts';
import { failureClass, type ErrorCode } from '../core/error-codes.ts';
import { Refusal, refusalRecord } from '../core/refusal.ts';
import type { Log } from '../telemetry/log.ts';
import type { Activities } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import type { Refused } from './outcome.ts';

/**
 * Turns every error of an activity into an ApplicationFailure with the type and details of a Refusal and without a
 * cause. Of an unexpected error only the name is kept, because its message may contain a secret.
 */
export function atBoundary(
  activities: Activities,
  { log, hidesMessages = false }: Pick<ActivityDeps, 'log' | 'hidesMessages'>,
): Activities {
  const guarded = Object.entries(activities as unknown as Untyped).map(([name, activity]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        throw leaving(error, { name, log, hidesMessages });
      }
    },
  ]);
  return Object.fromEntries(guarded) as Activities;
}

type Untyped = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** Converts a refusal to the result of an activity. */
export function refusedBy(refusal: Refusal, intervalSeconds?: number): Refused {
  const interval = intervalSeconds === undefined ? {} : { intervalSeconds };
  const { code, message, hint } = refusalRecord(refusal);
  const record = {
    code,
    message: visible(message).slice(0, longestMessage),
    hint: visible(hint),
  };
  return {
    kind: 'refused',
    refusal: record,
    failureClass: failureClass(refusal.code),
    ...interval,
  };
}

const longestMessage = 1_000;

/** Runs `work` and returns a Refusal that it throws as the result, except one with the code `thrown`. */
export async function refusalAsData<T>(
  work: () => Promise<T>,
  thrown?: ErrorCode,
): Promise<T | Refused> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && error.code !== thrown) return refusedBy(error);
    throw error;
  }
}

interface Leaving {
  /** Name of the activity. */
  readonly name: string;
  readonly log: Log;
  readonly hidesMessages: boolean;
}

function leaving(error: unknown, { name, log, hidesMessages }: Leaving): Error {
  if (error instanceof CancelledFailure) return new CancelledFailure('cancelled');
  const refusal = error instanceof Refusal ? error : unexpected(error, name, log);
  const refused = refusedBy(refusal);
  const waits = refused.failureClass === 'contention';
  return ApplicationFailure.create({
    // The details are a payload, which is encrypted.
    message: hidesMessages ? `${refusal.code}: see the details` : refused.refusal.message,
    type: refusal.code,
    details: [refused],
    nonRetryable: refused.failureClass === 'refused',
    ...(waits
      ? { nextRetryDelay: contentionDelay(), category: ApplicationFailureCategory.BENIGN }
      : {}),
  });
}

function contentionDelay(): number {
  return 1_000 + Math.random() * 4_000;
}

/** Logs the stack without its first lines, because they repeat the message. */
function unexpected(error: unknown, activity: string, log: Log): Refusal {
  const name = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  log.error({ activity, error: name, frames }, 'activity failed unexpectedly');
  const hint =
    'This is a defect in pgwarden. Report it with the error and stack frames from the worker log.';
  return new Refusal('Internal', `unexpected ${name} in activity ${activity}`, hint);
}
