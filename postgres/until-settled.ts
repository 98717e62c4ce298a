import { failureClass } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';

/** Thrown when PostgreSQL rejects a statement of a plan, not when pgwarden refuses the plan. */
export class StatementFailed extends Refusal {
  constructor({ code, message, hint, details }: Refusal) {
    super(code, message, hint, details);
  }
}

const mostAttempts = 3;

/**
 * Repeats work with a new inspection if others may have changed the objects of its plan. An error that stays the same
 * was not caused by others. If the error differs each time, it becomes `PlanChanged`.
 */
export async function untilSettled<T>(work: () => Promise<T>): Promise<T> {
  let last: Refusal | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal) || !maySettle(error)) throw error;
      if (attempt === mostAttempts || isStanding(error, last)) throw settled(error, last);
      last = error;
    }
  }
}

/** Does not wait for locks: other tickets in the server's queue go first. */
function maySettle(error: Refusal): boolean {
  if (error.code === 'NotConvergent') return true;
  if (!(error instanceof StatementFailed)) return false;
  return error.code === 'PlanChanged' || failureClass(error.code) === 'refused';
}

/** Concurrent commits can make a change look incomplete for more than one attempt. */
function isStanding(error: Refusal, last: Refusal | undefined): boolean {
  return error.code !== 'NotConvergent' && error.code !== 'PlanChanged' && isSame(error, last);
}

function isSame({ code, message }: Refusal, last: Refusal | undefined): boolean {
  return last?.code === code && last.message === message;
}

function settled(error: Refusal, last: Refusal | undefined): Refusal {
  if (error.code === 'PlanChanged' || isSame(error, last)) return error;
  return new Refusal(
    'PlanChanged',
    `other sessions keep changing the objects of the plan: ${error.message}`,
    'Wait: pgwarden makes a new plan within seconds. If this persists, find out which session keeps creating, dropping or renaming objects.',
    error.details,
  );
}
