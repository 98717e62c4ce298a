import { z } from 'zod';
import type { Condition, PolicyStatus } from '../source.ts';

const noStatus: PolicyStatus = { conditions: [] };

/** The status in the resource: our fields, plus the same facts under the names that kstatus and other tools expect. */
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

/** A damaged or missing status counts as empty, because pgwarden can rebuild it. */
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

/** Drops unknown fields and the conditions of others. */
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

/** The API server has validated these fields against the schema. */
function isObject(value: unknown): value is Partial<PolicyStatus> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
