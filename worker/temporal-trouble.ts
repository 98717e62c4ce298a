import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import { Refusal } from '../core/refusal.ts';

/** Why Temporal does not answer, undefined when it does. */
export async function temporalTrouble(
  connection: ConnectionLike,
  address: string,
): Promise<string | undefined> {
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return undefined;
  } catch (error) {
    return temporalRefusal(address, error).message;
  }
}

/** `TemporalRefused` when the server answered and to ask again is of no use, else `TemporalUnavailable`. */
export function temporalRefusal(address: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
  const hint = code === undefined ? undefined : refusals[code];
  const why = code === deadlineExceeded ? 'no answer in time' : reasonOf(error);
  if (hint === undefined) {
    const message = `Temporal does not answer at ${address}: ${why}`;
    return new Refusal('TemporalUnavailable', message, unavailableHint);
  }
  return new Refusal('TemporalRefused', `Temporal at ${address} refuses us: ${why}`, hint);
}

const unavailableHint =
  'It is tried again. If it lasts, check TEMPORAL_ADDRESS, and the network from here to it.';
const credentialsHint = 'Check TEMPORAL_API_KEY or the client certificate, and what it may do.';

/** By status of gRPC. Source: grpc.io, Status codes. */
const refusals: Readonly<Record<number, string>> = {
  3: 'Check TEMPORAL_NAMESPACE.', // INVALID_ARGUMENT
  5: 'Correct TEMPORAL_NAMESPACE, or create it: temporal operator namespace create.', // NOT_FOUND
  7: credentialsHint, // PERMISSION_DENIED
  16: credentialsHint, // UNAUTHENTICATED
};

const deadlineExceeded = 4;

function reasonOf(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details.replace(/\.? Resolution note:\s*$/, '');
  return error instanceof Error ? error.message : String(error);
}
