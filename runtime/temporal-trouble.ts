import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import { Refusal } from '../core/refusal.ts';

/** Why Temporal does not respond; undefined when it does. */
export async function temporalTrouble(
  connection: ConnectionLike,
  address: string,
): Promise<string | undefined> {
  return (await temporalProblem(connection, address))?.message;
}

/** The same, with a code and a hint. */
export async function temporalProblem(
  connection: ConnectionLike,
  address: string,
): Promise<Refusal | undefined> {
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return undefined;
  } catch (error) {
    return temporalRefusal(address, error);
  }
}

/** `TemporalRefused` when the server responded and a retry would not help, otherwise `TemporalUnavailable`. */
export function temporalRefusal(address: string, thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const error = callErrorIn(thrown);
  const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
  const hint = code === undefined ? undefined : refusals[code];
  const why = code === deadlineExceeded ? 'no response in time' : reasonOf(error);
  if (hint === undefined) {
    const message = `Temporal at ${address} does not respond: ${why}`;
    return new Refusal('TemporalUnavailable', message, certificateHintFor(why) ?? unavailableHint);
  }
  return new Refusal(
    'TemporalRefused',
    `Temporal at ${address} rejected the request: ${why}`,
    hint,
  );
}

/** The SDK wraps the error of a call in a less specific one. */
function callErrorIn(error: unknown): unknown {
  if (isGrpcServiceError(error) || !(error instanceof Error) || error.cause === undefined)
    return error;
  return callErrorIn(error.cause);
}

/** A hint for certificate errors of Node.js and OpenSSL, as gRPC repeats them. */
function certificateHintFor(why: string): string | undefined {
  if (/alert|certificate required/i.test(why))
    return 'Check the client certificate and key (TEMPORAL_TLS_CLIENT_CERT_PATH): the server rejects them.';
  if (/certificate|altname|SSL routines/i.test(why))
    return 'Check TEMPORAL_TLS_SERVER_CA_CERT_PATH, and that the certificate contains the host of TEMPORAL_ADDRESS (or TEMPORAL_TLS_SERVER_NAME).';
  return undefined;
}

export const unavailableHint =
  'Check TEMPORAL_ADDRESS and the network to it if this persists. pgwarden keeps retrying.';
const credentialsHint = 'Check TEMPORAL_API_KEY or the client certificate, and its permissions.';

/** Hints by gRPC status. Source: grpc.io, Status codes. */
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
