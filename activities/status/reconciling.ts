import type { Condition, PolicyStatus } from '../../sources/source.ts';
import { withTimes } from './next-status.ts';

const message = 'Reconciling the new spec';
const reason = 'Reconciling';

const conditionStates = [
  { type: 'Ready', status: 'Unknown', reason, message },
  { type: 'Reconciling', status: 'True', reason, message },
] as const;

/** Whether the status is about a new spec for which no check has ended yet. */
export function isReconciling({ conditions }: PolicyStatus): boolean {
  return conditions.some(({ type }) => type === 'Reconciling');
}

/** Conditions about the former spec, not about the policy. */
const outdated: readonly Condition['type'][] = ['Ready', 'Reconciling', 'Stalled'];

/** The status while pgwarden reconciles a new spec. Everything else known about the policy stays. */
export function reconciling(previous: PolicyStatus, now: Date): PolicyStatus {
  const others: readonly Condition[] = previous.conditions.filter(
    ({ type }) => !outdated.includes(type),
  );
  const conditions = withTimes(previous.conditions, conditionStates, now.toISOString());
  return { ...previous, conditions: [...conditions, ...others] };
}
