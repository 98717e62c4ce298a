import { findingReport } from '../core/finding.ts';
import { summaryLine } from '../core/plan/summary.ts';
import { applyOnce } from '../postgres/apply.ts';
import { takeStep } from '../postgres/take-step.ts';
import { logApplied, logStep, remember, rememberStep } from './applied-record.ts';
import type { Attempt } from './attempt.ts';
import { refusalAsData } from './boundary.ts';
import type { ApplyOutcome, ApplyRequest, StepOutcome, StepRequest, StepsDue } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { intentOf } from './intent.ts';
import { statusSql } from './sql-text.ts';
import { inputsOf } from './target.ts';
import { type Ready, whenReady } from './valid-ticket.ts';

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
