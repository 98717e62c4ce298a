import type { Effect } from '../fact.ts';
import { kindOf } from '../registry.ts';
import type { Change } from './diff.ts';
import type { PlanMode } from '../mode.ts';

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
