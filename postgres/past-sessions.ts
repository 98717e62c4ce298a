import { setTimeout as sleep } from 'node:timers/promises';
import type { Live } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import { statementsOf } from '../core/plan/steps.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import type { Waiter } from './lock-holders.ts';
import { sentTexts } from './render-sql.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

interface Preparing {
  readonly session: Session;
  readonly waiter: Waiter;
  readonly live: Live;
  readonly run: (statements: readonly Statement[]) => Promise<unknown>;
}

/** An attempt fails at once if a session has just changed a role. */
const mostAttempts = 20;

/**
 * Runs the step that disables the login of retired roles. A session of such a role can hold a lock on the role's row
 * and block this for any time. If the policy ends the sessions anyway, another connection ends them while this one
 * waits; sessions that reconnect wait behind it. Sessions of other roles are not ended: the refusal names them.
 */
export async function pastSessions(
  { session, waiter, live, run }: Preparing,
  statements: readonly Statement[],
): Promise<void> {
  const due = statementsOf(statements, { stage: 'prepare' });
  const ending = statementsOf(statements, { stage: 'end sessions' });
  if (ending.length === 0) {
    await run(due);
    return;
  }
  const started = Date.now();
  await runBatch(session.client, ['SAVEPOINT prepare']);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await whileEnding({ waiter, live, ending }, () => run(due));
      return;
    } catch (error) {
      const isLate = attempt === mostAttempts || Date.now() - started >= 2 * waiter.lockMs;
      if (!isContention(error) || isLate) throw error;
      await runBatch(session.client, ['ROLLBACK TO SAVEPOINT prepare']);
    }
  }
}

interface Ending extends Pick<Preparing, 'waiter' | 'live'> {
  readonly ending: readonly Statement[];
}

const pauseMs = 50;

/** Ends sessions repeatedly until the work is done, unless it is done at once. */
async function whileEnding(ending: Ending, work: () => Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  const endAll = async (): Promise<void> => {
    for (;;) {
      await sleep(pauseMs, undefined, { signal });
      await endSessions(ending);
    }
  };
  // It ends with the work. If it fails, the work simply waits.
  const ended = endAll().catch(() => undefined);
  try {
    await work();
  } finally {
    done.abort();
    await ended;
  }
}

const limits = { statementMs: 10_000, lockMs: 1_000 };

function endSessions({ waiter: { database }, live, ending }: Ending): Promise<unknown> {
  return database.use((other) => {
    const begin = beginTransaction(other, 'READ COMMITTED READ WRITE', limits);
    const texts = sentTexts(ending, live.server.user, new Map());
    return runBatch(other.client, [...begin, ...texts, 'COMMIT']);
  });
}

/** Without it, a transaction keeps seeing the sessions of its first query. */
export const seeSessionsAgain = 'SELECT pg_catalog.pg_stat_clear_snapshot()';

function isContention(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'LockContention';
}
