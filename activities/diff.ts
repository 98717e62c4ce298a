import { findingReport } from '../core/finding.ts';
import { summaryLine } from '../core/plan/plan.ts';
import { planWithFingerprint } from '../postgres/plan.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { refusalAsData } from './boundary.ts';
import type { DiffOutcome, DiffRequest, Mark } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { intentOf } from './intent.ts';
import { staleAsLeft } from './leaving.ts';
import { statusSql } from './sql-text.ts';
import { omit } from './status/omit.ts';
import { connectionOf, inputsOf, readPolicy, type ReadyPolicy } from './target.ts';

/** The whole plan, of which counts and hash are returned. In mode plan its SQL goes to the status. */
export function diff(
  deps: ActivityDeps,
  { ref, mark, database: name }: DiffRequest,
): Promise<DiffOutcome> {
  return refusalAsData(async () => {
    const policy = await readPolicy(deps, ref);
    if (policy === undefined) return { kind: 'gone' };
    const left = staleAsLeft(policy, deps.now());
    if (left !== undefined) return left;
    const { database, bounds } = await connectionOf(deps, policy);
    const { intent, passwords, secrets } = await intentOf(deps, policy, {
      server: mark.server,
      create: false,
    });
    const plan = await planWithFingerprint(database, intent, passwords);
    if (plan.identity.server !== mark.server || plan.identity.database !== name) {
      return { kind: 'stale', why: 'the policy points at another database now' };
    }
    if (policy.spec.mode === 'plan') await publish(deps, policy, plan);
    const { summary, hash, fingerprint } = plan;
    const now: Mark = {
      ...mark,
      inputs: inputsOf(policy, secrets, { ...plan.server, bounds }),
      fingerprint,
    };
    const findings = findingReport(plan.findings);
    return {
      kind: 'planned',
      summary,
      line: summaryLine(summary),
      hash,
      mark: now,
      ...(findings === undefined ? {} : { findings }),
    };
  });
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
