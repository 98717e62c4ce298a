import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { failureClass } from '../core/error-codes.ts';
import { findingReport } from '../core/finding.ts';
import { summaryLine } from '../core/plan.ts';
import { Refusal } from '../core/refusal.ts';
import { applyPlan } from '../postgres/apply.ts';
import { checkDatabase } from '../postgres/check.ts';
import type { ApplyResult } from '../postgres/contract.ts';
import type { Database } from '../postgres/pool.ts';
import { refusedBy } from './boundary.ts';
import { claimDigest } from './claims.ts';
import type { ApplyOutcome, ApplyRequest } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { intentOf, type ResolvedIntent } from './intent.ts';
import { statusSql } from './sql-text.ts';
import { omit } from './status/omit.ts';
import { databaseOf, inputsOf, readPolicy, type ReadyPolicy } from './target.ts';

const beatMs = 5_000;

/**
 * Makes the database what its policy says now. Contention is thrown, so that Temporal tries again within seconds;
 * every other refusal is the result. The workflow's cancellation, or the worker's shutdown, rolls back.
 */
export async function apply(deps: ActivityDeps, request: ApplyRequest): Promise<ApplyOutcome> {
  const beats = setInterval(heartbeat, beatMs);
  try {
    return await applyNow(deps, request);
  } catch (error) {
    cancellationSignal().throwIfAborted();
    if (error instanceof Refusal && failureClass(error.code) !== 'contention')
      return refusedBy(error);
    throw error;
  } finally {
    clearInterval(beats);
  }
}

async function applyNow(deps: ActivityDeps, request: ApplyRequest): Promise<ApplyOutcome> {
  const policy = await readPolicy(deps, request.ticket.policy);
  if (policy === undefined) return { kind: 'gone' };
  const database = await databaseOf(deps, policy);
  const why = await whyStale(database, policy, request);
  if (why !== undefined) return { kind: 'stale', why };
  const resolved = await intentOf(deps, policy, { server: request.server, create: true });
  const { intent, passwords, verifiers } = resolved;
  const signal = cancellationSignal();
  const result = await applyPlan(database, intent, { passwords, verifiers, signal });
  await remember(deps, policy, result, resolved);
  logApplied(deps, policy, result);
  const findings = findingReport(result.findings);
  return {
    kind: 'applied',
    summary: result.summary,
    line: summaryLine(result.summary),
    hash: result.hash,
    mark: {
      server: result.identity.server,
      inputs: inputsOf(policy, resolved.secrets, result.server),
      fingerprint: result.fingerprint,
    },
    ...(findings === undefined ? {} : { findings }),
  };
}

/** The ticket was given for one server and one claim: nothing else may be written under it. */
async function whyStale(
  database: Database,
  policy: ReadyPolicy,
  { server, ticket }: ApplyRequest,
): Promise<string | undefined> {
  if (policy.spec.suspend) return 'the policy was suspended meanwhile';
  if (policy.spec.mode === 'plan') return 'the policy is in mode plan now';
  const { identity } = await checkDatabase(database, policy.graph);
  if (identity.server !== server) return 'the policy points at another server now';
  if (claimDigest(identity, policy.graph) !== ticket.claim)
    return 'the policy declares other roles or schemas now';
  return undefined;
}

/** What only this activity knows. Written before it is reported, as a lost password version means a reset. */
async function remember(
  { source, now }: ActivityDeps,
  { ref, record }: ReadyPolicy,
  { statements, summary, server, identity }: ApplyResult,
  { intent }: ResolvedIntent,
): Promise<void> {
  const current = (await source.readPolicy(ref)) ?? record;
  const status = omit(
    current.status,
    'planned_sql',
    'applied_password_source_versions',
    'applied_password_server',
  );
  const versions = intent.passwordVersions;
  const hasPasswords = Object.keys(versions).length > 0;
  await source.writeStatus(ref, {
    ...status,
    ...(hasPasswords
      ? {
          applied_password_source_versions: versions,
          applied_password_server: identity.server,
        }
      : {}),
    ...(summary.total === 0
      ? {}
      : {
          applied_sql: statusSql(statements, server),
          last_change_time: now().toISOString(),
        }),
  });
}

function logApplied({ log }: ActivityDeps, { ref }: ReadyPolicy, result: ApplyResult): void {
  const { hash, summary, statements, durationMs, identity } = result;
  if (summary.total === 0) return;
  log.info(
    {
      policy: `${ref.namespace}/${ref.name}`,
      server: identity.server,
      database: identity.database,
      plan: hash,
      changes: summary.total,
      steps: statements.length,
      durationMs,
      attempt: activityInfo().attempt,
    },
    'plan applied',
  );
}
