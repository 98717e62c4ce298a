import { isDrift } from '../core/finding.ts';
import type { Scope } from '../core/catalog/scope.ts';
import type { Live } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import { listed } from '../core/listed.ts';
import { type Plan, groupsOf, planInParts } from '../core/plan/plan.ts';
import { explainPlan } from '../core/plan/explain.ts';
import { renderPlan } from '../core/plan/render.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import { Refusal } from '../core/refusal.ts';
import { type DueStep, dueSteps, refuseEndlessSteps } from '../core/plan/steps.ts';
import { CodeAppeared, refuseAppearedCode } from './adopted-code.ts';
import { lastOf, runBatch } from './batch.ts';
import type { ApplyResult, Intent, Passwords } from './contract.ts';
import { type Inspection, inspectionQuery, readInspection, readMembers } from './inspect.ts';
import { inTurns } from '../core/in-turns.ts';
import { readingCatalog } from './catalog-read.ts';
import { planFigures } from './plan.ts';
import type { Database } from './pool.ts';
import { type Session, withPresentSight } from './session.ts';
import { comparePasswords, verifiersFor } from './stored-passwords.ts';
import { type ExclusivePlan, planLocked, takeStep } from './take-step.ts';
import { type WriteOptions, inWriteSession } from './write-session.ts';
import { runStatements } from './run-statements.ts';
import { StatementFailed, untilSettled } from './until-settled.ts';

export interface ApplyOptions extends WriteOptions {
  readonly passwords: Passwords;
  /** Verifiers stored with passwords, by role. Each is used unchanged if it matches its password. */
  readonly verifiers?: ReadonlyMap<string, string>;
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
    inWriteSession(database, options, async (session) => {
      const planned = await planLocked(session, database, intent, options);
      // In a later round, its own steps have changed the approved plan.
      if (options.round === undefined || options.round === 0)
        refuseChangedPlan(planned.plan, options.expectedHash);
      const steps = dueSteps(planned.statements);
      if (steps.length > 0) {
        await session.client.query('ROLLBACK');
        refuseEndlessSteps(steps, options.round ?? 0);
        return { kind: 'due', steps, summary: planned.plan.summary };
      }
      const result = await runPlanned(session, database, planned, options);
      return {
        kind: 'applied',
        result: { ...result, durationMs: Math.round(performance.now() - started) },
      };
    }),
  );
}

async function runPlanned(
  session: Session,
  database: Database,
  { inspection, scope, live, plan, statements, waiter }: ExclusivePlan,
  options: ApplyOptions,
): Promise<Omit<ApplyResult, 'durationMs'>> {
  const verifiers = await verifiersFor(statements, options, inspection.passwords);
  const gone = await runStatements(session, statements, { live, waiter }, verifiers).catch(
    statementFailed,
  );
  await refuseAppearedCode(database, statements);
  const passwordVersions = versionsInPlace(live, statements);
  const after = await verify(session, database, scope, {
    live,
    gone,
    passwordVersions,
    ...options,
  });
  options.signal?.throwIfAborted();
  await session.client.query('COMMIT');
  const { identity, server } = inspection;
  const newFindings = after.findings.filter((finding) => !isDrift(finding));
  const findings = [...newFindings, ...plan.findings.filter(isDrift)];
  const planned = { identity, server, statements, ...(await planFigures(plan)) };
  const result = { ...planned, ...after, passwordVersions, findings };
  // A cautious plan leaves something to do, so the next check must not consider it in sync.
  return live.isCautious ? { ...result, fingerprint: '' } : result;
}

function statementFailed(error: unknown): never {
  throw error instanceof Refusal ? new StatementFailed(error) : error;
}

function refuseChangedPlan({ hash }: Plan, expected: string | undefined): void {
  if (expected === undefined || expected === hash) return;
  throw new Refusal(
    'PlanChanged',
    'the database has changed since the plan was made',
    'Wait: pgwarden makes a new plan within seconds. With the CLI, run the command again.',
  );
}

/**
 * Versions of passwords that were set, that are known to be stored, or that were applied before: mode additive leaves
 * other passwords alone.
 */
function versionsInPlace(
  { passwordVersions, appliedPasswords, storedPasswords }: Live,
  statements: readonly Statement[],
): Readonly<Record<string, string>> {
  const set = new Set(statements.flatMap(({ password }) => password ?? []));
  const isInPlace = ([role, version]: [string, string]): boolean =>
    set.has(role) ||
    storedPasswords.get(role) === 'declared' ||
    (Object.hasOwn(appliedPasswords, role) && appliedPasswords[role] === version);
  return Object.fromEntries(Object.entries(passwordVersions).filter(isInPlace));
}

interface ExpectedState {
  readonly live: Live;
  readonly passwordVersions: Readonly<Record<string, string>>;
  readonly passwords: Passwords;
  /** SQL names of objects that were dropped during the apply but are still visible to this transaction. */
  readonly gone: readonly string[];
}

/** Compares visible passwords again, and assumes for the others what was sent. */
async function afterwards(
  { live, passwords, passwordVersions }: Omit<ExpectedState, 'gone'>,
  { passwords: stored }: Inspection,
): Promise<Live> {
  const appliedPasswords = { ...live.appliedPasswords, ...passwordVersions };
  return { ...live, appliedPasswords, storedPasswords: await comparePasswords(stored, passwords) };
}

/**
 * Runs a second diff, which must be empty: it proves that PostgreSQL did what the plan meant. Returns the new state.
 */
async function verify(
  session: Session,
  database: Database,
  scope: Scope,
  applied: ExpectedState,
): Promise<Pick<ApplyResult, 'fingerprint' | 'findings'>> {
  const results = await readingCatalog(database, async () => {
    const seeing = applied.live.server.superuser ? session : await withPresentSight(session);
    return runBatch(session.client, [inspectionQuery(seeing, scope, true)], 'large');
  });
  const after = await readInspection(lastOf(results), database);
  const live = await afterwards(applied, after);
  const residue = await inTurns(planInParts(after.rows, live));
  const isDone =
    residue.changes.length === 0 ||
    (await isOnlyGone(session, { scope, live }, residue, applied.gone));
  if (!isDone) throw notConvergent(explainPlan(residue));
  return { fingerprint: after.fingerprint, findings: residue.findings };
}

/** Whether all remaining differences are about objects that were dropped during the apply. */
async function isOnlyGone(
  session: Session,
  { scope, live }: { readonly scope: Scope; readonly live: Live },
  residue: Plan,
  gone: readonly string[],
): Promise<boolean> {
  if (gone.length === 0) return false;
  const names = await readMembers(session, scope, groupsOf(residue));
  return residue.changes.every((change) => {
    const statements = renderPlan({ ...residue, changes: [change] }, live, names);
    const objects = statements.flatMap((statement) => statement.objects ?? []);
    return objects.length > 0 && objects.every((name) => gone.includes(name));
  });
}

const shownResidue = 5;

function notConvergent(residue: readonly string[]): Refusal {
  return new Refusal(
    'NotConvergent',
    `the database would still differ from the policy after the change, so pgwarden rolled it back: ${listed(residue, shownResidue, '; ')}`,
    'Look for an event trigger on the server that undoes the change, or connect as a superuser. If neither helps, report a defect.',
    residue,
  );
}
