import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../core/refusal.ts';
import { type AnswerClock, answerClock } from './answer-clock.ts';
import { keepLimits } from './answer-limits.ts';
import { authenticationGuard } from './authentication.ts';
import { refusalAbout } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { isError } from './is-error.ts';
import { openSocket } from './open-socket.ts';
import { type ReceivedMeter, receivedMeter } from './received-limit.ts';
import { rowTypes } from './row-types.ts';
import { startupOptions } from './session-settings.ts';
import { serverStream } from './server-stream.ts';
import pg from 'pg';

export interface LoggedIn {
  readonly client: pg.Client;
  readonly socket: Socket;
  readonly stream: Duplex;
  readonly clock: AnswerClock;
}

export interface LoginManner {
  readonly encrypted: boolean;
  /** Whether our settings go into the startup packet, which some poolers reject. */
  readonly sendsOptions: boolean;
  /** Whether these settings disable transaction_timeout, which needs PostgreSQL 17. */
  readonly setsTransactionTimeout: boolean;
}

/** For name resolution, TCP, TLS and authentication together. */
const connectTimeoutMs = 3_000;

/** Limits SCRAM iterations: a hostile server may ask for two billion, which takes an hour. */
const scram = { scramMaxIterations: 1_000_000 };

/** Opens a connection and authenticates, or throws within a few seconds. */
export async function logIn(
  target: ConnectionTarget,
  manner: LoginManner,
  closing: AbortSignal,
): Promise<LoggedIn> {
  const { encrypted } = manner;
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(tooSlow(target));
  }, connectTimeoutMs);
  const signal = AbortSignal.any([deadline.signal, closing]);
  try {
    const socket = await openSocket(target, encrypted, signal);
    const clock = answerClock((waitedMs) => stream.destroy(noAnswer(target, waitedMs)));
    const meter = receivedMeter(target);
    const stream = serverStream(socket, {
      clock,
      meter,
      authentication: authenticationGuard({ target, encrypted }),
    });
    clock.limit(connectTimeoutMs);
    return await authenticate(newClient(target, manner, stream), {
      socket,
      stream,
      clock,
      meter,
      signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

interface Login extends Omit<LoggedIn, 'client'> {
  readonly meter: ReceivedMeter;
  readonly signal: AbortSignal;
}

async function authenticate(
  client: pg.Client,
  { socket, stream, clock, meter, signal }: Login,
): Promise<LoggedIn> {
  const abort = (): void => void stream.destroy(abortReason(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    keepLimits(client, { clock, meter });
    return { client, socket, stream, clock };
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function abortReason({ reason }: AbortSignal): Error {
  return isError(reason) ? reason : new Error('the connection was closed');
}

function newClient(
  target: ConnectionTarget,
  { encrypted, sendsOptions, setsTransactionTimeout }: LoginManner,
  stream: Duplex,
): pg.Client {
  const { host, port, database, user, password, channelBinding } = target;
  const client = new pg.Client({
    host,
    port,
    database,
    user,
    // A function, because node-postgres replaces an empty text with PGPASSWORD or a password file
    // of the worker.
    password: () => password ?? '',
    // The stream already uses TLS.
    ssl: false,
    sslnegotiation: 'postgres',
    stream: () => stream,
    enableChannelBinding: encrypted && channelBinding !== 'disable',
    client_encoding: 'UTF8',
    application_name: 'pgwarden',
    ...(sendsOptions && { options: startupOptions(setsTransactionTimeout) }),
    types: rowTypes,
    ...scram,
  });
  // A connection that fails between two statements reports it at the next one. Without a listener,
  // the error would end the process.
  client.on('error', () => undefined);
  return client;
}

function tooSlow(target: ConnectionTarget): Refusal {
  return refusalAbout(target, 'DatabaseConnectionFailed', (server) => [
    `cannot reach ${server}: no login within ${seconds(connectTimeoutMs)}`,
    'Check that the server is running and that host and port are reachable from here.',
  ]);
}

function noAnswer(target: ConnectionTarget, waitedMs: number): Refusal {
  return refusalAbout(target, 'DatabaseTimeout', (server) => [
    `${server} did not respond within ${seconds(waitedMs)}, so pgwarden closed the connection`,
    'Check the server and the network to it. The server rolls back open work; if a COMMIT was running, the next check finds out.',
  ]);
}

function seconds(ms: number): string {
  return `${String(Math.round(ms / 1_000))} s`;
}
