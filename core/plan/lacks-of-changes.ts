import type { Need } from '../need.ts';
import type { Live } from '../live.ts';
import type { Change } from './diff.ts';
import { kindOf } from '../registry.ts';
import { lacksOf } from '../authority/lacks.ts';
import type { Created } from '../authority/means.ts';

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
