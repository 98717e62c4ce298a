import { createHash } from 'node:crypto';
import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { ServerFacts } from '../core/kind.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { Database } from '../postgres/pool.ts';
import { targetFromUrl } from '../postgres/target.ts';
import { resolveConnection } from '../sources/connection.ts';
import type { PolicyRecord } from '../sources/source.ts';
import type { ActivityDeps } from './deps.ts';

/** A policy that may be worked on. */
export interface ReadyPolicy {
  readonly ref: ResourceRef;
  readonly record: PolicyRecord;
  readonly spec: PolicySpec;
  readonly graph: RoleGraph;
}

/** Undefined when the policy is not there. Throws its Refusal when it is invalid. */
export async function readPolicy(
  deps: ActivityDeps,
  ref: ResourceRef,
): Promise<ReadyPolicy | undefined> {
  const record = await deps.source.readPolicy(ref);
  if (record === undefined) return undefined;
  if ('refusal' in record.content) throw record.content.refusal;
  return { ref, record, ...record.content };
}

export async function databaseOf(
  { source, pools }: ActivityDeps,
  { record }: ReadyPolicy,
): Promise<Database> {
  const { target } = await resolveConnection(source, record, targetFromUrl);
  return pools.get(target);
}

/** What decides a plan beside the catalog: equal inputs and an equal fingerprint mean an equal plan. */
export function inputsOf(
  { record }: ReadyPolicy,
  secrets: Readonly<Record<string, string>>,
  { major, user, superuser }: ServerFacts,
): string {
  const inputs = [record.version, Object.entries(secrets).sort(), major, user, superuser];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}
