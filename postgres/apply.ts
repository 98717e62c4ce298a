import { type DueStep, dueSteps, refuseEndlessSteps } from '../core/plan/steps.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import { Refusal } from '../core/refusal.ts';
import type { Statement } from '../core/statement.ts';
import { CodeAppeared } from './adopted-code.ts';
import { type CommitOptions, commitPlan } from './commit-plan.ts';
import type { ApplyResult, Intent } from './contract.ts';
import { withLockedPlan } from './locked-plan.ts';
import type { Database } from './pool.ts';
import { takeStep } from './take-step.ts';
import { untilSettled } from './until-settled.ts';

export interface ApplyOptions extends CommitOptions {
  /** Runs only a plan with this hash; otherwise throws `PlanChanged`. */
  readonly expectedHash?: string;
  /** Called after each step. */
  readonly onStep?: (step: DueStep) => void;
}

export type ApplyPass =
  | { readonly kind: 'applied'; readonly result: ApplyResult }
  | {
      readonly kind: 'due';
      readonly steps: readonly DueStep[];
      /** Summary of the whole plan, including its steps. */
      readonly summary: ChangeSummary;
    };

/**
 * Applies an intent to the database: first the steps, each committed separately, then the rest in one transaction. A
 * failure leaves the database unchanged, except for completed steps. Throws Refusal.
 */
export async function applyPlan(
  database: Database,
  intent: Intent,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const started = performance.now();
  const taken: Statement[] = [];
  let summary: ChangeSummary | undefined;
  for (let round = 0; ; round += 1) {
    const pass = await applyOnce(database, intent, { ...options, round });
    if (pass.kind === 'applied') {
      const statements = [...taken, ...pass.result.statements];
      const durationMs = Math.round(performance.now() - started);
      return { ...pass.result, statements, durationMs, ...(summary && { summary }) };
    }
    summary ??= pass.summary;
    for (const step of pass.steps) {
      taken.push(...(await takeStep(database, intent, step, options)));
      options.onStep?.(step);
    }
  }
}

interface PassOptions extends ApplyOptions {
  /** How often the steps of this apply were taken before. Default 0. */
  readonly round?: number;
}

/**
 * One pass over a plan. If steps must come first, it only returns them. Otherwise it applies the rest in one
 * transaction: lock, inspect, plan, run, verify, commit. Throws Refusal.
 */
export async function applyOnce(
  database: Database,
  intent: Intent,
  options: PassOptions,
): Promise<ApplyPass> {
  try {
    return await applySettled(database, intent, options);
  } catch (error) {
    if (!(error instanceof CodeAppeared)) throw error;
    // Someone who keeps changing objects must not block the rest of the plan.
    return applySettled(database, { ...intent, isCautious: true }, options);
  }
}

function applySettled(
  database: Database,
  intent: Intent,
  options: PassOptions,
): Promise<ApplyPass> {
  const started = performance.now();
  return untilSettled(() =>
    withLockedPlan(database, intent, options, async (planned) => {
      const { session, statements, plan } = planned;
      // In a later round, its own steps have changed the approved plan.
      if (options.round === undefined || options.round === 0)
        refuseChangedPlan(plan.hash, options.expectedHash);
      const steps = dueSteps(statements);
      if (steps.length > 0) {
        await session.client.query('ROLLBACK');
        refuseEndlessSteps(steps, options.round ?? 0);
        return { kind: 'due', steps, summary: plan.summary };
      }
      const result = await commitPlan(planned, database, options);
      return {
        kind: 'applied',
        result: { ...result, durationMs: Math.round(performance.now() - started) },
      };
    }),
  );
}

function refuseChangedPlan(hash: string, expected: string | undefined): void {
  if (expected === undefined || expected === hash) return;
  throw new Refusal(
    'PlanChanged',
    'the database has changed since the plan was made',
    'Wait: pgwarden makes a new plan within seconds. With the CLI, run the command again.',
  );
}
