import { checkPlan } from '../core/checks.ts';
import type { Scope } from '../core/inspection.ts';
import { scopeOf } from '../core/inspection.ts';
import type { Live, Statement } from '../core/kind.ts';
import type { Plan } from '../core/plan.ts';
import { groupsOf, isPasswordOnly, planChanges, renderPlan } from '../core/plan.ts';
import { lastOf, runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { Intent, PlanResult } from './contract.ts';
import { cleanSettings, inspectionQuery, readInspection, readMembers } from './inspect.ts';
import { liveFor } from './live.ts';
import type { Database, Session } from './pool.ts';

const timeouts = "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '5s'";

/** What an intent would change, from one snapshot. Changes nothing. Throws Refusal. */
export async function planDatabase(database: Database, intent: Intent): Promise<PlanResult> {
  return database.use(async (session) => {
    try {
      return await planInSnapshot(session, database, intent);
    } catch (error) {
      throw classifyError(error, 'inspect', database.target);
    }
  });
}

async function planInSnapshot(
  session: Session,
  database: Database,
  intent: Intent,
): Promise<PlanResult> {
  const scope = scopeOf(intent.graph);
  const begin = [
    'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
    timeouts,
    cleanSettings,
  ];
  const results = await runBatch(session.client, [...begin, inspectionQuery(session, scope)]);
  const { identity, server, rights, rows } = readInspection(lastOf(results), database);
  const live = liveFor(intent, { server, rights });
  const plan = planChanges(rows, live);
  checkPlan(plan, live);
  const statements = await renderWithNames(session, plan, live, scope);
  await session.client.query('COMMIT');
  return { identity, server, statements, ...planFigures(plan) };
}

/** The plan's statements, after asking for the names of the objects it touches. */
export async function renderWithNames(
  session: Session,
  plan: Plan,
  live: Live,
  scope: Scope,
): Promise<Statement[]> {
  const names = await readMembers(session, scope, groupsOf(plan));
  return renderPlan(plan, live, names);
}

/** What is told of a plan beside its statements. */
export function planFigures(
  plan: Plan,
): Pick<PlanResult, 'summary' | 'hash' | 'passwordOnly' | 'findings'> {
  const { summary, hash, findings } = plan;
  return { summary, hash, findings, passwordOnly: isPasswordOnly(plan) };
}
