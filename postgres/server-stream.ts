import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Refusal } from '../core/refusal.ts';
import { isError } from './is-error.ts';
import type { AnswerClock } from './answer-clock.ts';
import type { AuthenticationGuard } from './authentication.ts';
import type { ReceivedMeter } from './received-limit.ts';

interface Guards {
  readonly clock: AnswerClock;
  readonly meter: ReceivedMeter;
  readonly authentication: AuthenticationGuard;
}

/** How long a server may take to close a connection that we ended. */
const closeLimitMs = 2_000;

/**
 * The stream for node-postgres: a connected socket, with TLS if used. It checks every message before node-postgres gets
 * it. Destroying the stream destroys the socket.
 */
export function serverStream(socket: Socket, guards: Guards): Duplex {
  const { clock, meter } = guards;
  const stream = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      meter.reset();
      clock.start();
      socket.write(chunk, done);
    },
    final(done) {
      setTimeout(() => socket.destroy(), closeLimitMs).unref();
      socket.end(() => {
        done();
      });
    },
    destroy(error, done) {
      clock.stop();
      socket.destroy();
      done(error);
    },
  });
  forward(socket, stream, guards);
  catchParserErrors(stream);
  return Object.assign(stream, socketMethods(socket, stream));
}

/** The methods that node-postgres calls on a socket. */
function socketMethods(socket: Socket, stream: Duplex): Record<string, unknown> {
  return {
    connect: () => {
      process.nextTick(() => stream.emit('connect'));
    },
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => void socket.ref(),
    unref: () => void socket.unref(),
    // Channel binding needs the certificate of the server.
    ...(socket instanceof TLSSocket && { getPeerCertificate: () => socket.getPeerCertificate() }),
  };
}

function forward(socket: Socket, stream: Duplex, guards: Guards): void {
  const read = messageReader(listenerFor(guards));
  socket.on('data', (chunk: Buffer) => {
    try {
      guards.clock.heard();
      read(chunk);
    } catch (error) {
      stream.destroy(asFailure(error));
      return;
    }
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('error', (error) => stream.destroy(error));
  // A server that closed its side sends no more responses.
  socket.on('end', () => stream.destroy());
  socket.on('close', () => stream.destroy());
  if (socket.destroyed) stream.destroy(new Error('the server closed the connection'));
}

/**
 * Before the login is complete, only these messages are allowed: the login itself, an error, notices, and a change of
 * protocol version.
 */
const loginMessages = new Set(['R', 'E', 'N', 'v']);
const readyForQuery = 'Z';

function listenerFor({ clock, meter, authentication }: Guards): MessageListener {
  return {
    onHeader(type, bytes) {
      if (!authentication.isDone() && !loginMessages.has(type))
        throw new RangeError('a message arrived before the login was complete');
      meter.count(type, bytes);
      if (type !== readyForQuery) return;
      clock.stop();
      meter.finish();
    },
    onAuthentication: (body) => {
      authentication.check(body);
    },
  };
}

/** node-postgres parses inside of the event handler, so an error at a malformed message would end the process. */
function catchParserErrors(stream: Duplex): void {
  const emit = stream.emit.bind(stream);
  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      return emit(event, ...args);
    } catch (error) {
      stream.destroy(asFailure(error));
      return true;
    }
  };
}

function asFailure(error: unknown): Error {
  if (error instanceof Refusal) return error;
  const reason = isError(error) ? error.message : String(error);
  return new Error(`the server does not speak the PostgreSQL protocol (${reason})`);
}

/** Handles the messages of a server. If a function throws, the connection must be closed. */
interface MessageListener {
  /** Called when type and length are known, before the body has arrived. `bytes` counts the whole message. */
  onHeader(type: string, bytes: number): void;
  /** Called with the body of an authentication request. */
  onAuthentication(body: Buffer): void;
}

const headerBytes = 5;
const lengthBytes = 4;
const authentication = 'R';

/**
 * Follows the messages in a byte stream with any chunk boundaries, and stores none of them.
 *
 * Source: PostgreSQL manual, 54.7 Message Formats: one byte of type, then an Int32 that counts itself and the body.
 */
function messageReader(listener: MessageListener): (chunk: Buffer) => void {
  const header = Buffer.alloc(headerBytes);
  let headerFilled = 0;
  let bodyLeft = 0;
  let body: Buffer[] = [];

  const readHeader = (chunk: Buffer, offset: number): number => {
    const taken = chunk.copy(header, headerFilled, offset);
    headerFilled += taken;
    if (headerFilled < headerBytes) return taken;
    const length = header.readUInt32BE(1);
    if (length < lengthBytes) throw new RangeError('a message is shorter than its own length');
    listener.onHeader(typeOf(header), length + 1);
    bodyLeft = length - lengthBytes;
    return taken;
  };
  const readBody = (chunk: Buffer, offset: number): number => {
    const taken = Math.min(bodyLeft, chunk.length - offset);
    if (typeOf(header) === authentication)
      body.push(Buffer.from(chunk.subarray(offset, offset + taken)));
    bodyLeft -= taken;
    return taken;
  };
  const finishMessage = (): void => {
    headerFilled = 0;
    if (typeOf(header) === authentication) listener.onAuthentication(Buffer.concat(body));
    body = [];
  };

  return (chunk) => {
    let offset = 0;
    while (offset < chunk.length) {
      offset += headerFilled < headerBytes ? readHeader(chunk, offset) : readBody(chunk, offset);
      if (headerFilled === headerBytes && bodyLeft === 0) finishMessage();
    }
  };
}

function typeOf(header: Buffer): string {
  return header.toString('latin1', 0, 1);
}
