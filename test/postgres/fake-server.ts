import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** The bytes that a hostile server sends after the client's first bytes, and after each of its later messages. */
export type Script = (socket: Socket, received: Buffer, turn: number) => void;

export interface FakeServer {
  readonly port: number;
  /** Everything that clients have sent. */
  received(): Buffer;
  /** Number of connections that clients have open. */
  openConnections(): number;
  close(): Promise<void>;
}

/** A TCP server on loopback that follows a script. */
export async function openFakeServer(script: Script): Promise<FakeServer> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let turn = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      script(socket, chunk, turn);
      turn += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(chunks),
    openConnections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One message of a server. It claims another length if `length` is given. */
export function message(type: string, body: Buffer | string, length?: number): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeUInt32BE(length ?? content.length + 4, 1);
  return Buffer.concat([header, content]);
}

/** An authentication request: its number, and its data. */
export function authentication(code: number, rest: Buffer | string = ''): Buffer {
  return message('R', Buffer.concat([int32(code), Buffer.from(rest)]));
}

export const ready = message('Z', 'I');
export const loggedIn = Buffer.concat([authentication(0), message('K', Buffer.alloc(8)), ready]);

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/**
 * Sends the same bytes until the client closes the connection. Returns a function that says how many the client took.
 */
export function flood(socket: Socket, bytes: Buffer): void {
  // Small writes would take longer than the client waits.
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.length) }, () => bytes));
  const more = (): void => {
    while (!socket.destroyed && socket.writable && socket.write(many));
  };
  socket.on('drain', more);
  more();
}
