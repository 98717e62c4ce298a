import { activityInfo } from '@temporalio/activity';
import { findingReport } from '../core/finding.ts';
import { summaryLine } from '../core/plan/summary.ts';
import { applyOnce } from '../postgres/apply.ts';
import { checkDatabase } from '../postgres/check.ts';
import type { ServerFacts } from '../core/live.ts';
import type { ApplyResult } from '../postgres/contract.ts';
import type { Database } from '../postgres/pool.ts';
import { takeStep } from '../postgres/take-step.ts';
import { policyFields } from '../telemetry/log.ts';
import type { Attempt } from './attempt.ts';
import { refusalAsData } from './boundary.ts';
import { claimDigest, isRecorded } from './claims.ts';
import type {
  ApplyOutcome,
  ApplyRequest,
  Gone,
  Stale,
  StepOutcome,
  StepRequest,
  StepsDue,
} from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { intentOf } from './intent.ts';
import { staleAsLeft } from './leaving.ts';
import { withDatabase } from './reach.ts';
import { statusSql } from './sql-text.ts';
import { omit } from './status/omit.ts';
import { inputsOf, type Connected } from './target.ts';
import { readPolicy, type ReadyPolicy } from './ready-policy.ts';

/**
 * Applies the policy to its database, or returns the steps that must be taken first. Every refusal is returned as a
 * result, also contention: the other tickets in the server's queue go on before this policy retries. The apply rolls
 * back when the workflow cancels it or the worker shuts down.
 */
export function apply(
  deps: ActivityDeps,
  request: ApplyRequest,
  attempt: Attempt,
): Promise<ApplyOutcome | StepsDue> {
  return refusalAsData(() =>
    whenReady(deps, request, attempt, (ready) => applyNow(deps, request, attempt, ready)),
  );
}

/** Takes one step ahead of an apply, under the same ticket. Taking a step twice changes nothing. */
export function step(
  deps: ActivityDeps,
  request: StepRequest,
  attempt: Attempt,
): Promise<StepOutcome> {
  return refusalAsData(() =>
    whenReady(deps, request, attempt, (ready) => takeNow(deps, request, attempt, ready)),
  );
}

async function applyNow(
  deps: ActivityDeps,
  { server, taken, round = 0 }: ApplyRequest,
  { signal }: Attempt,
  { policy, database, bounds, rules }: Ready,
): Promise<ApplyOutcome | StepsDue> {
  const resolved = await intentOf(deps, policy, { server, create: true });
  const { intent, passwords, verifiers } = resolved;
  const options = { passwords, verifiers, signal, round };
  const pass = await applyOnce(database, { ...intent, rules }, options);
  if (pass.kind === 'due') return { ...pass, line: summaryLine(pass.summary) };
  const { result } = pass;
  await remember(deps, policy, result, taken);
  logApplied(deps, policy, result);
  const findings = findingReport([...result.findings, ...resolved.found]);
  return {
    kind: 'applied',
    summary: result.summary,
    line: summaryLine(result.summary),
    hash: result.hash,
    mark: {
      server: result.identity.server,
      inputs: inputsOf(policy, resolved.secrets, { ...result.server, bounds }),
      fingerprint: result.fingerprint,
    },
    ...(findings === undefined ? {} : { findings }),
  };
}

async function takeNow(
  deps: ActivityDeps,
  request: StepRequest,
  { signal }: Attempt,
  { policy, database, rules, server: facts }: Ready,
): Promise<StepOutcome> {
  const { server, step: due } = request;
  const { intent, passwords } = await intentOf(deps, policy, { server, create: false });
  const statements = await takeStep(database, { ...intent, rules }, due, { passwords, signal });
  logStep(deps, request, statements.length);
  if (statements.length === 0) return done(request.taken);
  const taken = statusSql(statements, facts, request.taken);
  await rememberStep(deps, policy, taken);
  return done(taken);
}

function done(taken: string | undefined): StepOutcome {
  return taken === undefined ? { kind: 'done' } : { kind: 'done', taken };
}

interface Ready extends Pick<Connected, 'database' | 'bounds' | 'rules'> {
  readonly policy: ReadyPolicy;
  readonly server: ServerFacts;
}

/** Runs work on the policy's database if the policy is still the one the ticket was issued for. */
async function whenReady<T>(
  deps: ActivityDeps,
  request: ApplyRequest,
  attempt: Attempt,
  work: (ready: Ready) => Promise<T>,
): Promise<T | Gone | Stale> {
  const policy = await readPolicy(deps, request.ticket.policy);
  if (policy === undefined) return { kind: 'gone' };
  const left = staleAsLeft(policy, deps.now());
  if (left !== undefined) return left;
  return withDatabase(deps, policy, attempt, async ({ database, bounds, rules }) => {
    const checked = await checkStale(database, policy, request);
    if (typeof checked === 'string') return { kind: 'stale', why: checked };
    return work({ policy, database, bounds, rules, server: checked });
  });
}

/** A ticket is valid for one server and one claim. Returns why it is stale, or the facts of the server. */
async function checkStale(
  database: Database,
  policy: ReadyPolicy,
  { server, ticket }: ApplyRequest,
): Promise<string | ServerFacts> {
  if (policy.spec.suspend) return 'the policy has been suspended';
  if (policy.spec.mode === 'plan') return 'the policy is now in mode plan';
  const { identity, server: facts } = await checkDatabase(database, policy.graph);
  if (identity.server !== server) return 'the policy now connects to another server';
  if (claimDigest(identity, policy.graph) !== ticket.claim)
    return 'the policy now declares other roles or schemas';
  if (!isRecorded(policy.record.status, identity, policy.graph))
    return 'the status does not record the claim of the policy';
  return facts;
}

/** A step stays committed even if the apply fails, so the status records it at once. */
async function rememberStep(
  { source, now }: ActivityDeps,
  { record }: ReadyPolicy,
  taken: string,
): Promise<void> {
  const last_change_time = now().toISOString();
  await source.writeStatus(record, (status) => ({
    ...status,
    applied_sql: taken,
    last_change_time,
  }));
}

/**
 * Writes what only this activity knows. It must be written before the report, because a lost password version causes a
 * password reset.
 */
async function remember(
  { source, now }: ActivityDeps,
  { record }: ReadyPolicy,
  { statements, summary, server, identity, passwordVersions: versions }: ApplyResult,
  taken: string | undefined,
): Promise<void> {
  const hasPasswords = Object.keys(versions).length > 0;
  const last_change_time = now().toISOString();
  await source.writeStatus(record, (status) => ({
    ...omit(status, 'planned_sql', 'applied_password_source_versions', 'applied_password_server'),
    ...(hasPasswords
      ? {
          applied_password_source_versions: versions,
          applied_password_server: identity.server,
        }
      : {}),
    ...(summary.total === 0 && taken === undefined
      ? {}
      : {
          applied_sql: statusSql(statements, server, taken),
          last_change_time,
        }),
  }));
}

function logApplied({ log }: ActivityDeps, { ref }: ReadyPolicy, result: ApplyResult): void {
  const { hash, summary, statements, durationMs, identity } = result;
  if (summary.total === 0) return;
  log.info(
    {
      ...policyFields(ref),
      server: identity.server,
      database: identity.database,
      plan: hash,
      changes: summary.total,
      statements: statements.length,
      durationMs,
      attempt: activityInfo().attempt,
    },
    'plan applied',
  );
}

function logStep(
  { log }: ActivityDeps,
  { server, ticket, step: due }: StepRequest,
  statements: number,
) {
  if (statements === 0) return;
  const database = due.database ?? ticket.database;
  const { attempt } = activityInfo();
  log.info(
    { ...policyFields(ticket.policy), server, database, step: due.line, statements, attempt },
    'step taken',
  );
}
