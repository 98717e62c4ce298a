import type { QueryResult } from 'pg';
import { Refusal } from '../core/refusal.ts';
import type { Statement } from '../core/statement.ts';
import { explainPlan } from '../core/plan/explain.ts';
import { type DueStep, statementsOf } from '../core/plan/steps.ts';
import { lastOf, runBatch } from './batch.ts';
import type { Intent, Passwords } from './contract.ts';
import { answerOf } from './elsewhere.ts';
import { elsewhereQuery, inspectionQuery, readInspection } from './inspect.ts';
import type { Waiter } from './lock-holders.ts';
import { pastSessions, seeSessionsAgain } from './past-sessions.ts';
import { type CheckedPlan, isBounded, planAgain, planEverywhere } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { scopeOf } from '../core/inspect/scope-of.ts';
import { type WriteOptions, inWriteSession } from './write-session.ts';
import { runStatements, withStanding } from './run-statements.ts';
import { defaultLockMs, inspectExclusively } from './exclusive-inspection.ts';
import { readingCatalog } from './catalog-read.ts';
import { refusingStandby } from './read-only.ts';

export interface StepOptions extends WriteOptions {
  readonly passwords: Passwords;
}

const noVerifiers: ReadonlyMap<string, string> = new Map();

/**
 * Commits one step before the plan's own transaction, after making and checking a new plan. Returns the statements that
 * ran: none if the step was taken already. If it throws a Refusal, the step has no effect.
 */
export async function takeStep(
  database: Database,
  intent: Intent,
  step: DueStep,
  options: StepOptions,
): Promise<readonly Statement[]> {
  if (step.database === undefined) return takeHere(database, intent, step, options);
  const planned = await inWriteSession(database, options, async (session) => {
    const plan = await planLocked(session, database, intent, options);
    await session.client.query('ROLLBACK');
    return plan;
  });
  return database.elsewhere(step.database, (other) => takeElsewhere(other, planned, step, options));
}

/** Plans in a transaction that excludes other writers, and leaves it open. */
export async function planLocked(
  session: Session,
  database: Database,
  intent: Intent,
  options: StepOptions,
): Promise<ExclusivePlan> {
  const query = inspectionQuery(session, scopeOf(intent.graph, isBounded(intent)));
  const { results, backend } = await readingCatalog(database, () =>
    refusingStandby(session, database.target, () => inspectExclusively(session, options, query)),
  );
  const inspection = await readInspection(lastOf(results), database);
  const { passwords } = options;
  const planned = await planEverywhere(session, database, intent, { inspection, passwords });
  return { ...planned, waiter: waiterOf(database, backend, options) };
}

export interface ExclusivePlan extends CheckedPlan {
  readonly waiter: Waiter;
}

function waiterOf(database: Database, backend: number, options: WriteOptions): Waiter {
  return { database, backend, lockMs: options.lockTimeoutMs ?? defaultLockMs };
}

function takeHere(
  database: Database,
  intent: Intent,
  step: DueStep,
  options: StepOptions,
): Promise<readonly Statement[]> {
  return inWriteSession(database, options, async (session) => {
    const { statements, live, waiter } = await planLocked(session, database, intent, options);
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
  options: StepOptions,
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
