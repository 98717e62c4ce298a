import type { Condition, PolicyStatus } from './source.ts';

/** Why nobody sees to a policy. */
interface Neglect {
  readonly reason: 'NamespaceRightsMissing' | 'NamespaceLeft';
  readonly message: string;
}

const reasons: readonly string[] = ['NamespaceRightsMissing', 'NamespaceLeft'];

/** The status of a policy that nobody sees to: whether its database is as it wants it is not known any more. */
export function untended(status: PolicyStatus, neglect: Neglect, now: Date): PolicyStatus {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  if (ready?.reason === neglect.reason) return status;
  const condition: Condition = {
    ...{ type: 'Ready', status: 'Unknown', ...neglect },
    last_transition_time:
      ready?.status === 'Unknown' ? ready.last_transition_time : now.toISOString(),
  };
  const others = status.conditions.filter(({ type }) => type !== 'Ready');
  return { ...status, conditions: [condition, ...others] };
}

/** Whether a status says so: whoever sees to the policy again has to say how it stands. */
export function isUntended({ conditions }: PolicyStatus): boolean {
  return conditions.some(({ type, reason }) => type === 'Ready' && reasons.includes(reason));
}
