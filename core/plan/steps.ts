import { distinct } from '../distinct.ts';
import { grouped } from '../grouped.ts';
import type { Statement } from '../statement.ts';
import { Refusal } from '../refusal.ts';
import { type Step, stages } from '../step.ts';

/** A step that is due. */
export interface DueStep extends Step {
  /** A description for people, e.g. `role legacy is retired: no new sessions`. */
  readonly line: string;
}

/** Groups statements that are committed together, in the order of the steps. The plan's own transaction comes last. */
export function inSteps(statements: readonly Statement[]): Statement[][] {
  const groups = grouped(statements, ({ ahead }) => keyOf(ahead));
  return [...groups.keys()].sort().flatMap((key) => [groups.get(key) ?? []]);
}

/** The steps to take before the plan's own transaction. */
export function dueSteps(statements: readonly Statement[]): DueStep[] {
  return inSteps(statements).flatMap(([first, ...others]) => {
    if (first?.ahead === undefined) return [];
    const reasons = [first, ...others].filter(({ risk }) => risk !== 'none').map(({ why }) => why);
    return [
      { ...first.ahead, line: distinct(reasons.length > 0 ? reasons : [first.why]).join('; ') },
    ];
  });
}

/** The statements of a step, or of the plan's own transaction without a step. */
export function statementsOf(statements: readonly Statement[], step?: Step): Statement[] {
  return statements.filter(({ ahead }) => keyOf(ahead) === keyOf(step));
}

const mostRounds = 5;

/**
 * Steps can become due again, for example when a session starts while another step runs. `round` is the number of times
 * that due steps were taken. Throws Refusal `LockContention` when that was often enough.
 */
export function refuseEndlessSteps(steps: readonly DueStep[], round: number): void {
  if (round < mostRounds) return;
  throw new Refusal(
    'LockContention',
    `these steps are due again after ${String(mostRounds)} attempts: ${steps.map(({ line }) => line).join('; ')}`,
    'Another session keeps undoing this change: find it and stop it. pgwarden retries within seconds.',
  );
}

function keyOf(step: Step | undefined): string {
  if (step === undefined) return String(stages.length);
  return [String(stages.indexOf(step.stage)), step.database ?? ''].join('\0');
}
