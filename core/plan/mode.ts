import type { Change } from './diff.ts';
import type { Effect } from '../kind.ts';
import { kindOf } from '../registry.ts';

/** How far the database is brought to the declared state. */
export type ReconciliationMode = 'authoritative' | 'additive' | 'adopt';

const allowed: Readonly<Record<ReconciliationMode, readonly Effect[]>> = {
  authoritative: ['adds', 'changes', 'removes', 'destroys'],
  adopt: ['adds', 'changes', 'removes'],
  additive: ['adds'],
};

/** The changes a mode makes: additive only adds, adopt does everything but destroy, authoritative everything. */
export function restrictChanges(changes: readonly Change[], mode: ReconciliationMode): Change[] {
  return changes.filter((change) =>
    allowed[mode].includes(kindOf(change.fact.kind).effect(change)),
  );
}
