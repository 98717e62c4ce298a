import { isDrift } from '../core/finding.ts';
import type { Scope } from '../core/inspect/scope.ts';
import type { Live, Statement } from '../core/kind.ts';
import { listed } from '../core/listed.ts';
import type { ChangeSummary, Plan } from '../core/plan/plan.ts';
import { explainPlan, groupsOf, planInParts, renderPlan } from '../core/plan/plan.ts';
import { Refusal } from '../core/refusal.ts';
import type { DueStep } from '../core/plan/steps.ts';
import { dueSteps, refuseEndlessSteps } from '../core/plan/steps.ts';
import { CodeAppeared, refuseAppearedCode } from './adopted-code.ts';
import { lastOf, runBatch } from './batch.ts';
import type { ApplyResult, Intent, Passwords } from './contract.ts';
import type { Inspection } from './inspect.ts';
import { inTurns } from '../core/in-turns.ts';
import { inspectionQuery, readInspection, readMembers } from './inspect.ts';
import { looking } from './looking.ts';
import { planFigures } from './plan.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { withPresentSight } from './session.ts';
import { comparePasswords, verifiersFor } from './stored-passwords.ts';
import type { PlannedAlone } from './take-step.ts';
import { planLocked, takeStep } from './take-step.ts';
import type { WriteOptions } from './writing.ts';
import { writing } from './writing.ts';
import { runStatements } from './run-statements.ts';
import { StatementFailed, untilSettled } from './until-settled.ts';

export interface ApplyOptions extends WriteOptions {
  readonly passwords: Passwords;
  /** Verifiers that were kept beside passwords, by role: stored as they are, where they are of that password. */
  readonly verifiers?: ReadonlyMap<string, string>;
  /** Run only a plan with this hash; otherwise throw `PlanChanged`. */
  readonly expectedHash?: string;
  /** Called after each step that was taken. */
  readonly onStep?: (step: DueStep) => void;
}

export type ApplyPass =
  | { readonly kind: 'applied'; readonly result: ApplyResult }
  | {
      readonly kind: 'due';
      readonly steps: readonly DueStep[];
      /** Of the whole plan, steps and all. */
      readonly summary: ChangeSummary;
    };

/**
 * Makes the database what the intent says: the steps ahead, each committed by itself, then the rest in one
 * transaction. Whatever fails leaves the database as it was, but for the steps before it. Throws Refusal.
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
    refuseEndlessSteps(pass.steps, round);
    summary ??= pass.summary;
    for (const step of pass.steps) {
      taken.push(...(await takeStep(database, intent, step, options)));
      options.onStep?.(step);
    }
  }
}

/**
 * One pass over a plan. Either all that is left of it, in one transaction: lock, inspect, plan, run, verify, commit. Or,
 * while steps must be taken before that, nothing but which.
 */
export async function applyOnce(
  database: Database,
  intent: Intent,
  options: ApplyOptions & { readonly round?: number },
): Promise<ApplyPass> {
  try {
    return await applySettled(database, intent, options);
  } catch (error) {
    if (!(error instanceof CodeAppeared)) throw error;
    // Whoever changes objects again and again must not keep the rest of the plan from being applied.
    return applySettled(database, { ...intent, isCautious: true }, options);
  }
}

function applySettled(
  database: Database,
  intent: Intent,
  options: ApplyOptions & { readonly round?: number },
): Promise<ApplyPass> {
  const started = performance.now();
  return untilSettled(() =>
    writing(database, options, async (session) => {
      const planned = await planLocked(session, database, intent, options);
      // In a later round the approved plan has become another one by its own steps.
      if (options.round === undefined || options.round === 0)
        refuseChangedPlan(planned.plan, options.expectedHash);
      const steps = dueSteps(planned.statements);
      if (steps.length > 0) {
        await session.client.query('ROLLBACK');
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
  { inspection, scope, live, plan, statements, waiter }: PlannedAlone,
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
  const told = after.findings.filter((finding) => !isDrift(finding));
  const findings = [...told, ...plan.findings.filter(isDrift)];
  const planned = { identity, server, statements, ...(await planFigures(plan)) };
  const result = { ...planned, ...after, passwordVersions, findings };
  // Of a cautious plan something is left to do, which the next check must not take for in sync.
  return live.isCautious ? { ...result, fingerprint: '' } : result;
}

function statementFailed(error: unknown): never {
  throw error instanceof Refusal ? new StatementFailed(error) : error;
}

function refuseChangedPlan({ hash }: Plan, expected: string | undefined): void {
  if (expected === undefined || expected === hash) return;
  throw new Refusal(
    'PlanChanged',
    'the database changed after the plan was made',
    'A new plan is made within seconds.',
  );
}

/** What was set, what is known to be stored, and what was applied before: mode additive leaves other passwords alone. */
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

interface Applied {
  readonly live: Live;
  readonly passwordVersions: Readonly<Record<string, string>>;
  readonly passwords: Passwords;
  /** SQL names of objects that were dropped meanwhile, which this transaction still sees. */
  readonly gone: readonly string[];
}

/** Passwords that can be seen are compared again; the others are taken to be what was sent. */
async function afterwards(
  { live, passwords, passwordVersions }: Omit<Applied, 'gone'>,
  { passwords: stored }: Inspection,
): Promise<Live> {
  const appliedPasswords = { ...live.appliedPasswords, ...passwordVersions };
  return { ...live, appliedPasswords, storedPasswords: await comparePasswords(stored, passwords) };
}

/** A second diff must be empty: what PostgreSQL did is then what was meant. Returns what is so now. */
async function verify(
  session: Session,
  database: Database,
  scope: Scope,
  applied: Applied,
): Promise<Pick<ApplyResult, 'fingerprint' | 'findings'>> {
  const results = await looking(database, async () => {
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

/** Whether what still differs is about nothing but objects that were dropped meanwhile. */
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
    `the database would still differ after the change, so it was rolled back: ${listed(residue, shownResidue, '; ')}`,
    'Often an event trigger of the server undoes it: look for one, or connect as a superuser. If that does not explain it, report it.',
    residue,
  );
}
