import { createHash } from 'node:crypto';
import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { ServerFacts } from '../core/kind.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { Database } from '../postgres/pool.ts';
import { targetFromUrl } from '../postgres/target.ts';
import { resolveConnection, type ResolvedConnection } from '../sources/connection.ts';
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
  return record === undefined ? undefined : readyPolicy(record);
}

/** Throws the Refusal of an invalid one. */
export function readyPolicy(record: PolicyRecord): ReadyPolicy {
  const { ref, content } = record;
  if ('refusal' in content) throw content.refusal;
  return { ref, record, ...content };
}

export async function databaseOf(deps: ActivityDeps, policy: ReadyPolicy): Promise<Database> {
  return (await connectionOf(deps, policy)).database;
}

/** The same, with the version of every Secret the connection was made of, by name. */
export async function connectionOf(
  { source, pools }: ActivityDeps,
  { record }: ReadyPolicy,
): Promise<{ readonly database: Database } & Pick<ResolvedConnection, 'versions'>> {
  const { target, versions } = await resolveConnection(source, record, targetFromUrl);
  return { database: pools.get(target), versions };
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
