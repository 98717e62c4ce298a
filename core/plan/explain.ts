import type { InParts } from '../parts.ts';
import { flatMapInParts } from '../parts.ts';
import type { Change } from './diff.ts';
import { kindOf } from '../registry.ts';

/** A change for people and programs. */
export interface ExplainedChange {
  readonly op: Change['op'];
  readonly kind: string;
  /** What the fact is of, without what is undefined. */
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
