import type { Subject } from '../core/bounds/subject.ts';
import { revocationOf } from '../core/plan/revocation.ts';
import type { ReadyPolicy } from './target.ts';

/**
 * What a policy is about to do, as its bounds look at it. One that was deleted only takes back what it granted: from the
 * roles it owned by its status, whatever the bounds are by now. That its spec still names a role proves nothing.
 */
export function subjectOf({ record, spec, graph }: ReadyPolicy): Subject {
  if (record.deletedAt === undefined) return { spec, graph };
  const owned = new Set(record.status.owned_roles);
  return { spec, graph: revocationOf(graph), leaving: { owned } };
}
