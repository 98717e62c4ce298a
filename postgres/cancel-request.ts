import type { ClientBase } from 'pg';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { openSocket } from './open-socket.ts';

const cancelRequestCode = 80_877_102;
const cancelTimeoutMs = 2_000;

/**
 * Asks the server to cancel the statement of a connection. This uses a separate connection without a login, so it needs
 * no pool, no role and no free slot of the server. Returns after at most two seconds, whatever the result.
 * Source: PostgreSQL manual, 54.2.9 Canceling Requests in Progress.
 */
export async function requestCancel(
  client: ClientBase,
  target: ConnectionTarget,
  encrypted: boolean,
): Promise<void> {
  const key = backendKey(client);
  if (key === undefined) return;
  const deadline = AbortSignal.timeout(cancelTimeoutMs);
  try {
    const socket = await openSocket(target, encrypted, deadline);
    deadline.addEventListener('abort', () => socket.destroy(), { once: true });
    // The server sends no response. It closes the connection after it has passed on the request.
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
    socket.resume().end(cancelMessage(key));
    await closed;
  } catch {
    // The caller closes the connection a moment later in any case.
  }
}

interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

function backendKey(client: ClientBase): BackendKey | undefined {
  const processID = 'processID' in client ? client.processID : undefined;
  const secretKey = 'secretKey' in client ? client.secretKey : undefined;
  if (typeof processID !== 'number' || typeof secretKey !== 'number') return undefined;
  return { processID, secretKey };
}

function cancelMessage({ processID, secretKey }: BackendKey): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(cancelRequestCode, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  return message;
}
