import type { Statement } from '../core/kind.ts';
import { statementsOf } from '../core/plan/steps.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import type { Waiter } from './lock-holders.ts';
import type { Session } from './session.ts';

interface Preparing {
  readonly session: Session;
  readonly waiter: Waiter;
  readonly run: (statements: readonly Statement[], waiter: Waiter) => Promise<unknown>;
}

/** Sessions come back while a lock is waited for: each attempt is short, and they are ended again before it. */
const attemptMs = 250;
const mostAttempts = 20;

/**
 * Runs the step that locks retired roles out. A session of such a role can hold a lock on the role's row, which would
 * stop this for as long as it likes. Where the policy has the sessions ended anyway, they are then ended first, in the
 * same moment. Sessions of other roles are left alone: the refusal names them.
 */
export async function pastSessions(
  { session, waiter, run }: Preparing,
  statements: readonly Statement[],
): Promise<void> {
  const due = statementsOf(statements, { stage: 'prepare' });
  const ending = statementsOf(statements, { stage: 'end sessions' });
  if (ending.length === 0) {
    await run(due, waiter);
    return;
  }
  const lockMs = Math.min(attemptMs, waiter.lockMs);
  const setTimeout = `SET LOCAL lock_timeout = ${String(lockMs)}`;
  await runBatch(session.client, [setTimeout, 'SAVEPOINT prepare']);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(attempt === 1 ? due : [...ending, ...due], { ...waiter, lockMs });
      return;
    } catch (error) {
      if (!isContention(error) || attempt === mostAttempts) throw error;
      await runBatch(session.client, ['ROLLBACK TO SAVEPOINT prepare', seeSessionsAgain]);
    }
  }
}

/** Without it a transaction sees the sessions that there were at its first look. */
export const seeSessionsAgain = 'SELECT pg_catalog.pg_stat_clear_snapshot()';

function isContention(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'LockContention';
}
