import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ConnectionTarget, HostAndPort } from './contract.ts';
import { NoTlsOffered, startTls } from './tls.ts';

/** TCP asks a silent peer whether it is still there after this long without traffic. */
const keepAliveDelayMs = 10_000;

/** Connects to a server, with TLS when `encrypted`. When the signal aborts, the socket is destroyed and its reason thrown. */
export async function openSocket(
  target: ConnectionTarget,
  encrypted: boolean,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connect(addressOf(target));
  // An error that comes while nobody waits for one must not end the process. The next use fails all the same.
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

/** One address of a name must not use up the time for the others. Node.js gives each a quarter of a second. */
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
  // Bytes after the S came unencrypted, and would be taken for bytes of the server (CVE-2021-23222).
  if (answer !== 'S')
    throw new Error('the server answered the request for TLS with something else');
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
