import type { ConnectionOptions } from '@temporalio/client';
import { Client, Connection, isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import { refText } from '../sources/resource-name.ts';
import { temporalProblem, temporalRefusal, unavailableHint } from '../runtime/temporal-trouble.ts';
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
  const { address = 'localhost:7233' } = connectionOptions;
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: connectTimeoutMs,
  }).catch(async () => {
    throw await whyUnreachable({ ...connectionOptions, address });
  });
  try {
    return await work(new Client({ connection, namespace }));
  } catch (error) {
    throw isOfTemporal(error) ? temporalRefusal(address, error) : error;
  } finally {
    await connection.close();
  }
}

const notFoundHint =
  'Set TEMPORAL_ADDRESS, or name the state directory of a running pgwarden dev with --state.';

/** The SDK only says that its time is over. A connection without retries says why. */
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
        `Temporal at ${address} answers slowly`,
        notFoundHint,
      );
    if (refusal.code !== 'TemporalUnavailable' || refusal.hint !== unavailableHint) return refusal;
    const message = `no Temporal server answers at ${address}`;
    return new Refusal('TemporalUnavailable', message, notFoundHint);
  } finally {
    await probe.close();
  }
}

/** What the SDK throws where a call of Temporal fails. */
function isOfTemporal(error: unknown): boolean {
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
    if (isStuck(error)) throw noAnswer(ref, `: ${detailsOf(error)}`);
    throw error;
  }
}

/** RESOURCE_EXHAUSTED and FAILED_PRECONDITION: questions pile up, or the workflow's last task failed. */
const stuckStates: readonly number[] = [8, 9];

function isStuck(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError)) return false;
  return isGrpcServiceError(error.cause) && stuckStates.includes(error.cause.code);
}

function detailsOf({ cause }: ServiceError): string {
  return isGrpcServiceError(cause) ? cause.details : '';
}

export function noWorkflow(ref: ResourceRef): Refusal {
  const hint = 'pgwarden status -A lists those that have one; -n names another namespace.';
  return new Refusal('PolicyNotFound', `no workflow runs for policy ${refText(ref)}`, hint);
}

function noAnswer(ref: ResourceRef, why = ''): Refusal {
  const hint =
    'Check that a worker runs, and its log. In the Temporal UI, the workflow of the policy shows the task that fails.';
  const message = `nobody answers for policy ${refText(ref)}${why}`;
  return new Refusal('TemporalUnavailable', message, hint);
}
