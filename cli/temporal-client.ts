import { Client, Connection, isGrpcDeadlineError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import { refText } from '../sources/resource-name.ts';
import { keptAddress } from './dev/address-file.ts';

const connectTimeoutMs = 5_000;

/**
 * Works with the Temporal server that the environment names, or a running `pgwarden dev` with that state
 * directory, or localhost:7233. Throws Refusal `TemporalUnavailable` when it does not answer.
 */
export async function withTemporal<T>(
  state: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { connectionOptions, namespace } = await serverFor(state);
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: connectTimeoutMs,
  }).catch(() => {
    const { address = 'localhost:7233' } = connectionOptions;
    const hint =
      'Set TEMPORAL_ADDRESS, or name the state directory of a running pgwarden dev with --state.';
    throw new Refusal('TemporalUnavailable', `no Temporal server answers at ${address}`, hint);
  });
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

async function serverFor(state: string) {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  if (connectionOptions.address !== undefined) return { connectionOptions, namespace };
  const kept = await keptAddress(state);
  if (kept === undefined) return { connectionOptions, namespace };
  return { connectionOptions: { address: kept.address }, namespace: kept.namespace };
}

const answerLimitMs = 10_000;

/** What a policy's workflow answers, as a Refusal when there is none or nobody answers for it. */
export async function askPolicy<T>(
  client: Client,
  ref: ResourceRef,
  ask: () => Promise<T>,
  limitMs = answerLimitMs,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + limitMs, ask);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw noWorkflow(ref);
    if (isGrpcDeadlineError(error)) throw noAnswer(ref);
    throw error;
  }
}

export function noWorkflow(ref: ResourceRef): Refusal {
  const hint = 'pgwarden status -A lists those that have one; -n names another namespace.';
  return new Refusal('PolicyNotFound', `no workflow runs for policy ${refText(ref)}`, hint);
}

function noAnswer(ref: ResourceRef): Refusal {
  const hint = 'Is a worker running? pgwarden dev runs one.';
  return new Refusal('TemporalUnavailable', `nobody answers for policy ${refText(ref)}`, hint);
}
