import type { Change } from './diff.ts';
import type { Effect } from '../kind.ts';
import { kindOf } from '../registry.ts';

/** How far the database is brought to the declared state. */
export type ReconciliationMode = 'authoritative' | 'additive' | 'adopt';

/** How a plan is made: as a policy says, or to take back what a policy that goes has granted: see revocation.ts. */
export type PlanMode = ReconciliationMode | 'revoke';

const allowed: Readonly<Record<PlanMode, readonly Effect[]>> = {
  authoritative: ['adds', 'changes', 'removes', 'destroys'],
  adopt: ['adds', 'changes', 'removes'],
  additive: ['adds'],
  revoke: ['removes'],
};

/**
 * The changes a mode makes: additive only adds, adopt does everything but destroy, authoritative everything, revoke
 * only takes away.
 */
export function restrictChanges(changes: readonly Change[], mode: PlanMode): Change[] {
  return changes.filter((change) =>
    allowed[mode].includes(kindOf(change.fact.kind).effect(change)),
  );
}
