import type { Condition, PolicyStatus } from './source.ts';

/** Why a policy is not reconciled. */
interface WhyUnreconciled {
  readonly reason: 'NamespaceRightsMissing' | 'NamespaceLeft';
  readonly message: string;
}

const reasons: readonly string[] = ['NamespaceRightsMissing', 'NamespaceLeft'];

/** The status of a policy that is not reconciled: Ready is Unknown, because its database may have drifted. */
export function unreconciled(status: PolicyStatus, why: WhyUnreconciled, now: Date): PolicyStatus {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  if (ready?.reason === why.reason) return status;
  const condition: Condition = {
    ...{ type: 'Ready', status: 'Unknown', ...why },
    last_transition_time:
      ready?.status === 'Unknown' ? ready.last_transition_time : now.toISOString(),
  };
  const others = status.conditions.filter(({ type }) => type !== 'Ready');
  return { ...status, conditions: [condition, ...others] };
}

/** Whether a status says that the policy is not reconciled. The next reconcile must then write a new status. */
export function isUnreconciled({ conditions }: PolicyStatus): boolean {
  return conditions.some(({ type, reason }) => type === 'Ready' && reasons.includes(reason));
}
