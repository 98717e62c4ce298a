import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResult } from 'pg';
import type { Live } from '../core/live.ts';
import { explainPlan } from '../core/plan/explain.ts';
import { type DueStep, statementsOf } from '../core/plan/steps.ts';
import { Refusal } from '../core/refusal.ts';
import type { Statement } from '../core/statement.ts';
import { lastOf, runBatch } from './batch.ts';
import { readingCatalog } from './catalog-read.ts';
import type { Intent } from './contract.ts';
import { answerOf } from './elsewhere.ts';
import { inspectExclusively } from './exclusive-inspection.ts';
import { elsewhereQuery } from './inspect.ts';
import type { Waiter } from './lock-holders.ts';
import { type WriteOptions, inWriteSession, waiterOf, withLockedPlan } from './locked-plan.ts';
import { type CheckedPlan, planAgain } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import { sentTexts } from './render-sql.ts';
import { runStatements, withStanding } from './run-statements.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

const noVerifiers: ReadonlyMap<string, string> = new Map();

/**
 * Commits one step before the plan's own transaction, after making and checking a new plan. Returns the statements that
 * ran: none if the step was taken already. If it throws a Refusal, the step has no effect.
 */
export async function takeStep(
  database: Database,
  intent: Intent,
  step: DueStep,
  options: WriteOptions,
): Promise<readonly Statement[]> {
  if (step.database === undefined) return takeHere(database, intent, step, options);
  const planned = await withLockedPlan(database, intent, options, async (plan) => {
    await plan.session.client.query('ROLLBACK');
    return plan;
  });
  return database.elsewhere(step.database, (other) => takeElsewhere(other, planned, step, options));
}

function takeHere(
  database: Database,
  intent: Intent,
  step: DueStep,
  options: WriteOptions,
): Promise<readonly Statement[]> {
  return withLockedPlan(database, intent, options, async (planned) => {
    const { session, statements, live, waiter } = planned;
    const due = statementsOf(statements, step);
    const run = (some: readonly Statement[]) =>
      runStatements(session, some, { live, waiter }, noVerifiers);
    await runBatch(session.client, [seeSessionsAgain]);
    if (step.stage === 'prepare') await pastSessions({ session, waiter, live, run }, statements);
    else await run(due);
    options.signal?.throwIfAborted();
    await session.client.query('COMMIT');
    return due;
  });
}

/**
 * Inspects again under the lock, because the state may have changed since the plan, and after the statements, because
 * the difference must be gone.
 */
function takeElsewhere(
  other: Database,
  planned: CheckedPlan,
  step: DueStep,
  options: WriteOptions,
): Promise<readonly Statement[]> {
  return inWriteSession(other, options, async (session) => {
    const look = elsewhereQuery(session, planned.scope);
    const replan = (results: readonly QueryResult[]) =>
      planAgain(planned, answerOf(lastOf(results), other, planned.inspection));
    const { results, backend } = await readingCatalog(other, () =>
      inspectExclusively(session, options, look),
    );
    const { statements, live } = await replan(results);
    const due = statementsOf(statements, step);
    const waiter = waiterOf(other, backend, options);
    await runStatements(session, due, { live, waiter }, noVerifiers);
    const after = await replan(await runBatch(session.client, [look], 'large'));
    if (statementsOf(after.statements, step).length > 0)
      throw withStanding(unfinished(other, explainPlan(after.plan)), due);
    options.signal?.throwIfAborted();
    await session.client.query('COMMIT');
    return due;
  });
}

function unfinished({ target }: Database, residue: readonly string[]): Refusal {
  return new Refusal(
    'NotConvergent',
    `database ${JSON.stringify(target.database)} would still differ after the change, so it was rolled back: ${residue.join('; ')}`,
    'Look for an event trigger on the server that undoes the change, or connect as a superuser. If neither helps, report a defect.',
    residue,
  );
}

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
async function pastSessions(
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
const seeSessionsAgain = 'SELECT pg_catalog.pg_stat_clear_snapshot()';

function isContention(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'LockContention';
}
