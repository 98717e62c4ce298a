import { liveRefusal } from '../core/bounds/live-bounds.ts';
import { checkInParts } from '../core/plan/checks.ts';
import { refuseExposedTriggers, refuseGivenTriggers } from '../core/plan/exposed-triggers.ts';
import { type Answer, withElsewhere } from '../core/inspect/elsewhere.ts';
import type { EventTrigger } from '../core/inspect/event-triggers.ts';
import type { Scope } from '../core/catalog/scope.ts';
import type { GroupNames, Live } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import type { InParts } from '../core/parts.ts';
import { type Plan, groupsOf, planInParts, withUnrevocable } from '../core/plan/plan.ts';
import { renderInParts } from '../core/plan/render.ts';
import { isDrift } from '../core/finding.ts';
import { explainInParts } from '../core/plan/explain.ts';
import type { Intent, Passwords, PlanResult } from './contract.ts';
import { askElsewhere } from './elsewhere.ts';
import { type Inspection, readMembers } from './inspect.ts';
import { inTurns } from '../core/in-turns.ts';
import { liveFor } from '../core/inspect/live-for.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { comparePasswords } from './stored-passwords.ts';

/** A plan that passed every check, with its inputs. */
export interface CheckedPlan {
  readonly inspection: Inspection;
  readonly scope: Scope;
  readonly live: Live;
  readonly answers: readonly Answer[];
  readonly names: GroupNames;
  readonly plan: Plan;
  readonly statements: readonly Statement[];
}

interface Inspected {
  readonly inspection: Inspection;
  /** The scope of the inspection. */
  readonly scope: Scope;
  readonly passwords: Passwords;
  /** Opens a transaction for further queries. Without it, one is open already. */
  readonly begin?: readonly string[];
}

/** Whether rules apply to the roles that a role can become. */
export function isBounded({ rules = [] }: Pick<Intent, 'rules'>): boolean {
  return rules.length > 0;
}

/** Plans from an inspection, and inspects other databases if kinds need it. Throws Refusal. */
export async function planEverywhere(
  session: Session,
  database: Database,
  intent: Intent,
  { inspection, scope, passwords, begin }: Inspected,
): Promise<CheckedPlan> {
  const storedPasswords = await comparePasswords(inspection.passwords, passwords);
  const live = liveFor(intent, { ...inspection, storedPasswords });
  const outOfBounds = liveRefusal(intent.rules ?? [], live);
  if (outOfBounds !== undefined) throw outOfBounds;
  const answers = await askElsewhere(database, inspection, scope, live);
  const checked = await inTurns(checkedPlan(inspection, answers, live));
  const names = await readMembers(session, scope, groupsOf(checked), begin);
  const plan = withUnrevocable(checked, live, names);
  const statements = await inTurns(renderInParts(plan, live, names));
  refuseGivenTriggers(statements, triggersIn(inspection, answers), live.server.database);
  return { inspection, scope, live, answers, names, plan, statements };
}

/** The same plan with one database inspected again. */
export async function planAgain(planned: CheckedPlan, answer: Answer): Promise<CheckedPlan> {
  const { inspection, live, names } = planned;
  const answers = planned.answers.map((each) =>
    each.database === answer.database ? answer : each,
  );
  const checked = await inTurns(checkedPlan(inspection, answers, live));
  const plan = withUnrevocable(checked, live, names);
  const statements = await inTurns(renderInParts(plan, live, names));
  refuseGivenTriggers(statements, triggersIn(inspection, answers), live.server.database);
  return { ...planned, answers, plan, statements };
}

function* checkedPlan(
  inspection: Inspection,
  answers: readonly Answer[],
  live: Live,
): InParts<Plan> {
  const plan = yield* planInParts(withElsewhere(inspection.rows, answers), live);
  yield* checkInParts(plan, live);
  refuseExposedTriggers(plan, triggersIn(inspection, answers));
  return plan;
}

function triggersIn({ triggers }: Inspection, answers: readonly Answer[]): EventTrigger[] {
  return [...triggers, ...answers.flatMap(triggersOf)];
}

function triggersOf(answer: Answer): readonly EventTrigger[] {
  return 'rows' in answer ? (answer.triggers ?? []) : [];
}

/** What is reported about a plan in addition to its statements. */
export async function planFigures(
  plan: Plan,
): Promise<Pick<PlanResult, 'summary' | 'hash' | 'uncertain' | 'drift' | 'changes' | 'findings'>> {
  const { changes, summary, hash, uncertain, findings } = plan;
  const drift = changes.length > uncertain || findings.some(isDrift);
  return {
    summary,
    hash,
    uncertain,
    drift,
    changes: await inTurns(explainInParts(changes)),
    findings,
  };
}
