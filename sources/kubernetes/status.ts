import { z } from 'zod';
import type { Condition, PolicyStatus } from '../source.ts';

const noStatus: PolicyStatus = { conditions: [] };

/** The status in the resource: ours, and beside it the names under which kstatus and others look for the same. */
export function encodeStatus(status: PolicyStatus, generation: number | undefined): object {
  return {
    ...status,
    conditions: status.conditions.map((condition) => ({
      ...condition,
      lastTransitionTime: condition.last_transition_time,
      observedGeneration: generation,
    })),
    observed_generation: generation,
    observedGeneration: generation,
  };
}

/** One that is damaged, or was never written, is empty: it can be rebuilt. */
export function decodeStatus(value: unknown): PolicyStatus {
  if (!isObject(value)) return noStatus;
  const { conditions, ...rest } = value;
  const { success, data } = conditionsSchema.safeParse(conditions);
  for (const name of ['observed_generation', 'observedGeneration'])
    Reflect.deleteProperty(rest, name);
  return { ...rest, conditions: success ? data : [] };
}

export function observedGeneration(status: unknown): number | undefined {
  if (!isObject(status) || !('observedGeneration' in status)) return undefined;
  return typeof status.observedGeneration === 'number' ? status.observedGeneration : undefined;
}

const types = [
  'Ready',
  'Drifted',
  'Reconciling',
  'Degraded',
  'Conflict',
  'Paused',
  'Stalled',
] as const satisfies readonly Condition['type'][];

/** Strips what we do not know; drops conditions of others. */
const conditionsSchema = z
  .array(
    z.object({
      type: z.string(),
      status: z.enum(['True', 'False', 'Unknown']),
      reason: z.string().default(''),
      message: z.string().default(''),
      last_transition_time: z.string().default(''),
    }),
  )
  .transform((conditions) => conditions.filter(isOurs));

function isOurs(
  condition: Omit<Condition, 'type'> & { readonly type: string },
): condition is Condition {
  return types.some((type) => type === condition.type);
}

/** The API server has checked its fields against the schema they were written by. */
function isObject(value: unknown): value is Partial<PolicyStatus> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
