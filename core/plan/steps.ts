import { grouped } from '../grouped.ts';
import type { Statement } from '../statement.ts';
import { Refusal } from '../refusal.ts';
import { type Step, stages } from '../step.ts';

/** A step that is due. */
export interface DueStep extends Step {
  /** What it does, for people, e.g. `role legacy is retired: no new sessions`. */
  readonly line: string;
}

/** Statements that are committed together, in the order of the steps, the plan's own transaction last. */
export function inSteps(statements: readonly Statement[]): Statement[][] {
  const groups = grouped(statements, ({ ahead }) => keyOf(ahead));
  return [...groups.keys()].sort().flatMap((key) => [groups.get(key) ?? []]);
}

/** The steps to take before the plan's own transaction. */
export function dueSteps(statements: readonly Statement[]): DueStep[] {
  return inSteps(statements).flatMap(([first, ...others]) => {
    if (first?.ahead === undefined) return [];
    const said = [first, ...others].filter(({ risk }) => risk !== 'none').map(({ why }) => why);
    return [
      { ...first.ahead, line: [...new Set(said.length > 0 ? said : [first.why])].join('; ') },
    ];
  });
}

/** The statements of one step, of the plan's own transaction without one. */
export function statementsOf(statements: readonly Statement[], step?: Step): Statement[] {
  return statements.filter(({ ahead }) => keyOf(ahead) === keyOf(step));
}

const mostRounds = 5;

/** Steps may become due again, when a session was begun meanwhile; but not for ever. Throws `LockContention`. */
export function refuseEndlessSteps(steps: readonly DueStep[], round: number): void {
  if (round < mostRounds) return;
  throw new Refusal(
    'LockContention',
    `still to be done after ${String(mostRounds)} attempts: ${steps.map(({ line }) => line).join('; ')}`,
    'Something undoes it as fast as it is done; this is tried again within seconds.',
  );
}

function keyOf(step: Step | undefined): string {
  if (step === undefined) return String(stages.length);
  return [String(stages.indexOf(step.stage)), step.database ?? ''].join('\0');
}
