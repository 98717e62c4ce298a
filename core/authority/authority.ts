import type { Live, Need } from '../kind.ts';
import type { Change } from '../plan/diff.ts';
import { kindOf } from '../registry.ts';
import { lacksOf } from './lacks.ts';
import type { Created } from './means.ts';

/** What the connected role lacks to make a change. Empty when nothing, or when the kind does not say. */
export function lacksFor(change: Change, live: Live, created: Created): Need[] {
  return lacksOf(kindOf(change.fact.kind), change, live, created);
}

export function createdRoles(changes: readonly Change[]): Created {
  return new Set(
    changes.flatMap(({ op, fact }) =>
      op === 'create' ? (kindOf(fact.kind).creates?.(fact) ?? []) : [],
    ),
  );
}
