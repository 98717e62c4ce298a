import { kindOf } from '../registry.ts';
import type { Plan } from './plan.ts';
import { type InParts, flatMapInParts } from '../parts.ts';
import type { Change } from './diff.ts';

/** A change for people and programs. */
export interface ExplainedChange {
  readonly op: Change['op'];
  readonly kind: string;
  /** Identifies the fact. Fields that are undefined are left out. */
  readonly id: Readonly<Record<string, string>>;
  readonly explanation: string;
}

export function explainInParts(changes: readonly Change[]): InParts<ExplainedChange[]> {
  return flatMapInParts(changes, (change) => [
    {
      op: change.op,
      kind: change.fact.kind,
      id: definedFields(change.fact.id),
      explanation: kindOf(change.fact.kind).explain(change),
    },
  ]);
}

function definedFields(id: Change['fact']['id']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(id).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
}

/** One sentence for each change. */
export function explainPlan({ changes }: Pick<Plan, 'changes'>): string[] {
  return changes.map((change) => kindOf(change.fact.kind).explain(change));
}
