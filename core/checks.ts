import type { Live } from './kind.ts';
import type { Plan } from './plan.ts';
import type { Refusal } from './refusal.ts';
import { kindOf } from './registry.ts';

type Check = (plan: Plan, live: Live) => Refusal | undefined;

/** Safety checks, in order. The first that objects decides. */
const checks: readonly Check[] = [changeIsSafe];

/** Throws the first objection to a plan. Nothing has been changed then. */
export function checkPlan(plan: Plan, live: Live): void {
  for (const check of checks) {
    const objection = check(plan, live);
    if (objection !== undefined) throw objection;
  }
}

function changeIsSafe({ changes }: Plan, live: Live): Refusal | undefined {
  for (const change of changes) {
    const objection = kindOf(change.fact.kind).unsafe?.(change, live);
    if (objection !== undefined) return objection;
  }
  return undefined;
}
