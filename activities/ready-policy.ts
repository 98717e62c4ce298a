import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { PolicyRecord } from '../sources/source.ts';
import type { ActivityDeps } from './deps.ts';

/** A valid policy, ready to be worked on. */
export interface ReadyPolicy {
  readonly ref: ResourceRef;
  readonly record: PolicyRecord;
  readonly spec: PolicySpec;
  readonly graph: RoleGraph;
}

/** Undefined if the policy does not exist. Throws the policy's Refusal if it is invalid. */
export async function readPolicy(
  deps: ActivityDeps,
  ref: ResourceRef,
): Promise<ReadyPolicy | undefined> {
  const record = await deps.source.readPolicy(ref);
  return record === undefined ? undefined : readyPolicy(record);
}

/** Throws the policy's Refusal if it is invalid. */
export function readyPolicy(record: PolicyRecord): ReadyPolicy {
  const { ref, content } = record;
  if ('refusal' in content) throw content.refusal;
  return { ref, record, ...content };
}
