import { failureClass } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';

/** Thrown where PostgreSQL refused a statement of a plan, and not where pgwarden refused the plan. */
export class StatementFailed extends Refusal {
  constructor({ code, message, hint, details }: Refusal) {
    super(code, message, hint, details);
  }
}

const mostAttempts = 3;

/**
 * Does work again, with a new look at the database, where others may have changed what its plan was about. What
 * stays the same was not their doing. What is another trouble each time is `PlanChanged`.
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

/** A lock is not waited for here: others of the server's queue go first. */
function maySettle(error: Refusal): boolean {
  if (error.code === 'NotConvergent') return true;
  if (!(error instanceof StatementFailed)) return false;
  return error.code === 'PlanChanged' || failureClass(error.code) === 'refused';
}

/** What others commit meanwhile can make a change look unfinished for more than one attempt. */
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
    `other sessions change what the plan is about: ${error.message}`,
    'pgwarden makes a new plan within seconds. If this lasts, look at what creates, drops or renames objects all the time.',
    error.details,
  );
}
