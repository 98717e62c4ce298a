import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ConnectionTarget, HostAndPort } from '../core/connection/target.ts';
import { NoTlsOffered, startTls } from './tls.ts';

/** TCP sends keep-alive probes after this time without traffic. */
const keepAliveDelayMs = 10_000;

/**
 * Connects to a server, with TLS if `encrypted`. When the signal aborts, it destroys the socket and throws the reason.
 */
export async function openSocket(
  target: ConnectionTarget,
  encrypted: boolean,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connect(addressOf(target));
  // An error without a waiting caller must not end the process. The next use fails in any case.
  socket.on('error', () => undefined);
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await untilEvent(socket, 'connect');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveDelayMs);
    return encrypted ? await encryptedSocket(socket, target) : socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Limits the time per address of a host name. Node.js gives each a quarter of a second. */
const addressTimeoutMs = 1_000;

function addressOf({ host, port }: HostAndPort): NetConnectOpts {
  return isSocketFolder(host)
    ? { path: `${host}/.s.PGSQL.${String(port)}` }
    : { host, port, autoSelectFamilyAttemptTimeout: addressTimeoutMs };
}

/** A Unix socket never has TLS, as in libpq. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/');
}

const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Source: PostgreSQL manual, 54.2.10 SSL Session Encryption. */
async function encryptedSocket(socket: Socket, target: ConnectionTarget): Promise<Socket> {
  socket.write(sslRequest);
  const answer = await firstBytes(socket);
  if (answer === 'N') throw new NoTlsOffered(target);
  // Bytes after the S arrived unencrypted and would be taken for bytes of the server
  // (CVE-2021-23222).
  if (answer !== 'S') throw new Error('the server sent an invalid response to the TLS request');
  const secure = startTls(socket, target);
  secure.on('error', () => undefined);
  await untilEvent(secure, 'secureConnect');
  return secure;
}

async function firstBytes(socket: Socket): Promise<string> {
  let received = '';
  const keep = (chunk: Buffer): void => {
    received = chunk.toString('latin1', 0, 2);
    socket.pause();
  };
  socket.once('data', keep);
  await untilEvent(socket, 'data');
  return received;
}

function untilEvent(socket: Socket, event: 'connect' | 'secureConnect' | 'data'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      reject(error ?? new Error('the server closed the connection'));
    };
    socket.once('error', end);
    socket.once('close', () => {
      end();
    });
    socket.once(event, () => {
      socket.off('error', end);
      resolve();
    });
  });
}
