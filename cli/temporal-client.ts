import type { ConnectionOptions } from '@temporalio/client';
import { Client, Connection, isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import { encryptionFrom } from '../runtime/encryption/settings.ts';
import { refText } from '../sources/resource-name.ts';
import { temporalProblem, temporalRefusal, unavailableHint } from '../runtime/temporal-trouble.ts';
import { keptAddress } from './dev/address-file.ts';

const connectTimeoutMs = 5_000;

/**
 * Connects to the Temporal server in the environment variables, else of a running `pgwarden dev` with this state
 * directory, else at localhost:7233. Throws Refusal `TemporalUnavailable` if it does not answer.
 */
export async function withTemporal<T>(
  state: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { dataConverter } = encryptionFrom(process.env);
  const { connectionOptions, namespace } = await serverFor(state);
  const { address = 'localhost:7233' } = connectionOptions;
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: connectTimeoutMs,
  }).catch(async () => {
    throw await whyUnreachable({ ...connectionOptions, address });
  });
  try {
    return await work(new Client({ connection, namespace, dataConverter }));
  } catch (error) {
    throw isTemporalError(error) ? temporalRefusal(address, error) : error;
  } finally {
    await connection.close();
  }
}

const notFoundHint =
  'Set TEMPORAL_ADDRESS, or set --state to the state directory of a running pgwarden dev.';

/** The SDK reports only a timeout. A connection without retries reports the cause. */
async function whyUnreachable(
  options: ConnectionOptions & { readonly address: string },
): Promise<Refusal> {
  const { address } = options;
  const probe = Connection.lazy({ ...options, interceptors: [] });
  try {
    const refusal = await temporalProblem(probe, address);
    if (refusal === undefined)
      return new Refusal(
        'TemporalUnavailable',
        `Temporal at ${address} did not answer in time`,
        notFoundHint,
      );
    if (refusal.code !== 'TemporalUnavailable' || refusal.hint !== unavailableHint) return refusal;
    const message = `no Temporal server answers at ${address}`;
    return new Refusal('TemporalUnavailable', message, notFoundHint);
  } finally {
    await probe.close();
  }
}

/** Whether the SDK threw the error because a call to Temporal failed. */
function isTemporalError(error: unknown): boolean {
  return isGrpcServiceError(error) || error instanceof ServiceError;
}

async function serverFor(state: string) {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  if (connectionOptions.address !== undefined) return { connectionOptions, namespace };
  const kept = await keptAddress(state);
  if (kept === undefined) return { connectionOptions, namespace };
  return { connectionOptions: { address: kept.address }, namespace: kept.namespace };
}

const answerLimitMs = 10_000;

/** The answer of a policy workflow. Throws Refusal if the workflow does not exist or does not answer. */
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
    if (isStuck(error)) throw noAnswer(ref, `: ${detailsOf(error)}`);
    throw error;
  }
}

/** RESOURCE_EXHAUSTED and FAILED_PRECONDITION: too many queries wait, or the last workflow task failed. */
const stuckStates: readonly number[] = [8, 9];

function isStuck(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError)) return false;
  return isGrpcServiceError(error.cause) && stuckStates.includes(error.cause.code);
}

function detailsOf({ cause }: ServiceError): string {
  return isGrpcServiceError(cause) ? cause.details : '';
}

export function noWorkflow(ref: ResourceRef): Refusal {
  const hint =
    'Run pgwarden status -A to list policies with a workflow, or set another namespace with -n.';
  return new Refusal('PolicyNotFound', `no workflow runs for policy ${refText(ref)}`, hint);
}

function noAnswer(ref: ResourceRef, why = ''): Refusal {
  const hint =
    'Check that a worker runs, and read its log. In the Temporal UI, the policy workflow shows the failing task.';
  const message = `the workflow of policy ${refText(ref)} does not answer${why}`;
  return new Refusal('TemporalUnavailable', message, hint);
}
