import type { Subject } from '../core/bounds/subject.ts';
import { revocationOf } from '../core/plan/revocation.ts';
import type { ReadyPolicy } from './ready-policy.ts';

/**
 * What the bounds check: the policy's spec and role graph. A deleted policy may only revoke what it granted from the
 * roles its status says it owned, even if the bounds have changed since. Naming a role in the spec proves nothing.
 */
export function subjectOf({ record, spec, graph }: ReadyPolicy): Subject {
  if (record.deletedAt === undefined) return { spec, graph };
  const owned = new Set(record.status.owned_roles);
  return { spec, graph: revocationOf(graph), leaving: { owned } };
}
