import type { Condition, PolicyStatus } from '../../sources/source.ts';
import { withTimes } from './next-status.ts';

const message = 'The new spec is being looked at';
const reason = 'Reconciling';

const told = [
  { type: 'Ready', status: 'Unknown', reason, message },
  { type: 'Reconciling', status: 'True', reason, message },
] as const;

/** Whether the status tells of a spec that no look has ended of yet. */
export function isReconciling({ conditions }: PolicyStatus): boolean {
  return conditions.some(({ type }) => type === 'Reconciling');
}

/** What speaks of the spec that was, and not of the policy. */
const outdated: readonly Condition['type'][] = ['Ready', 'Reconciling', 'Stalled'];

/** The status while a new spec is looked at. What else was known of the policy stands until then. */
export function reconciling(previous: PolicyStatus, now: Date): PolicyStatus {
  const others: readonly Condition[] = previous.conditions.filter(
    ({ type }) => !outdated.includes(type),
  );
  const conditions = withTimes(previous.conditions, told, now.toISOString());
  return { ...previous, conditions: [...conditions, ...others] };
}
