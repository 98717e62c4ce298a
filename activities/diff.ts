import { findingReport } from '../core/finding.ts';
import { summaryLine } from '../core/plan/summary.ts';
import { planWithFingerprint } from '../postgres/plan.ts';
import type { PlanResult } from '../postgres/contract.ts';
import type { Attempt } from './attempt.ts';
import { refusalAsData } from './boundary.ts';
import type { DiffOutcome, DiffRequest } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { intentOf } from './intent.ts';
import { staleAsLeft } from './leaving.ts';
import { withDatabase } from './reach.ts';
import { statusSql } from './sql-text.ts';
import { omit } from './status/omit.ts';
import { inputsOf, type Connected } from './target.ts';
import { readPolicy, type ReadyPolicy } from './ready-policy.ts';

/** Makes the whole plan and returns its counts and hash. In mode plan its SQL goes to the status. */
export function diff(
  deps: ActivityDeps,
  request: DiffRequest,
  attempt: Attempt,
): Promise<DiffOutcome> {
  return refusalAsData(async () => {
    const policy = await readPolicy(deps, request.ref);
    if (policy === undefined) return { kind: 'gone' };
    const left = staleAsLeft(policy, deps.now());
    if (left !== undefined) return left;
    return withDatabase(deps, policy, attempt, (connected) =>
      planNow(deps, policy, request, connected),
    );
    // Temporal retries a busy server without adding an event to the history.
  }, 'ServerBusy');
}

async function planNow(
  deps: ActivityDeps,
  policy: ReadyPolicy,
  { mark, database: name }: DiffRequest,
  { database, bounds, rules }: Connected,
): Promise<DiffOutcome> {
  const { intent, passwords, secrets, found } = await intentOf(deps, policy, {
    server: mark.server,
    create: false,
  });
  const plan = await planWithFingerprint(database, { ...intent, rules }, passwords);
  if (plan.identity.server !== mark.server || plan.identity.database !== name) {
    return { kind: 'stale', why: 'the policy now connects to another database' };
  }
  if (policy.spec.mode === 'plan') await publish(deps, policy, plan);
  const { summary, hash, fingerprint } = plan;
  const inputs = inputsOf(policy, secrets, { ...plan.server, bounds });
  const findings = findingReport([...plan.findings, ...found]);
  return {
    kind: 'planned',
    summary,
    line: summaryLine(summary),
    hash,
    mark: { ...mark, inputs, fingerprint },
    ...(findings === undefined ? {} : { findings }),
    ...(plan.proven ? {} : { unproven: true }),
  };
}

async function publish(
  { source, metrics }: ActivityDeps,
  { ref, record }: ReadyPolicy,
  plan: PlanResult,
): Promise<void> {
  if (plan.summary.total > 0) {
    metrics.reconciled('planned');
    metrics.succeeded(ref);
  }
  const sql = statusSql(plan.statements, plan.server);
  await source.writeStatus(record, (status) => {
    const rest = omit(status, 'planned_sql');
    return sql === '' ? rest : { ...rest, planned_sql: sql };
  });
}
