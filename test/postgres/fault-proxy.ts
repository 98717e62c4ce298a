import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { within } from '../workflows/wait.ts';

/** Faults of a network connection. */
export interface Fault {
  /** Number of bytes from the server that still arrive. Later ones are lost. Default all. */
  readonly passedBytes?: number;
  /** The server receives nothing from the first chunk of the client on that contains this text. */
  readonly swallowFrom?: string;
  /** The client receives nothing from the first chunk of the server on that completes this text. */
  readonly loseFrom?: string;
  /** Bytes of the server arrive one by one, with a pause before each. */
  readonly trickleMs?: number;
}

export interface FaultProxy {
  readonly port: number;
  /** Also applies to open connections. */
  setFault(fault: Fault): void;
  /** Resolves when the present fault has swallowed data of the client, or has lost the text in data of the server. */
  untilSwallowed(): Promise<void>;
  /** Number of connections that the client has open. */
  openConnections(): number;
  /** Resolves as soon as this many connections or fewer are open. */
  untilAtMost(count: number): Promise<void>;
  close(): Promise<void>;
}

const probeMs = 50;

/**
 * A proxy between a client and a server on loopback. It never closes a connection by itself: its faults are silence.
 */
export async function openFaultProxy(serverPort: number): Promise<FaultProxy> {
  let fault: Fault = {};
  let swallowed = deferred();
  const clients = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const changed = new Set<() => void>();
  const notify = (): void => {
    for (const listener of changed) listener();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    clients.add(client);
    upstreams.add(upstream);
    let passed = 0;
    let isSwallowing = false;
    const isLosing = losing(() => fault.loseFrom);
    client.on('data', (chunk: Buffer) => {
      isSwallowing ||= fault.swallowFrom !== undefined && chunk.includes(fault.swallowFrom);
      if (!isSwallowing) upstream.write(chunk);
      else swallowed.resolve();
    });
    upstream.on('data', (chunk: Buffer) => {
      const left = Math.max(0, (fault.passedBytes ?? Infinity) - passed);
      passed += chunk.length;
      const arriving = chunk.subarray(0, left);
      if (isLosing(chunk)) swallowed.resolve();
      else if (fault.trickleMs === undefined) client.write(arriving);
      else trickle(client, arriving, fault.trickleMs);
    });
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
      notify();
    });
    client.on('end', () => {
      upstream.end();
      // Data for a socket that is closed, and not only half closed, causes an error.
      const probe = setInterval(() => client.write(Buffer.of(0)), probeMs);
      client.on('close', () => {
        clearInterval(probe);
      });
    });
    notify();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setFault(next) {
      fault = next;
      swallowed = deferred();
    },
    untilSwallowed: () => within(swallowed.promise, 'the client sends what is swallowed'),
    openConnections: () => clients.size,
    untilAtMost(count) {
      const reached = new Promise<void>((resolve) => {
        const look = (): void => {
          if (clients.size > count) return;
          changed.delete(look);
          resolve();
        };
        changed.add(look);
        look();
      });
      return within(reached, `the client has at most ${String(count)} connections open`);
    },
    async close() {
      for (const socket of [...clients, ...upstreams]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether a chunk, or an earlier one, completes the text. A text can begin in one chunk and end in the next. */
function losing(text: () => string | undefined): (chunk: Buffer) => boolean {
  let isLost = false;
  let end = Buffer.alloc(0);
  return (chunk) => {
    const wanted = text();
    if (wanted === undefined) return isLost;
    const seen = Buffer.concat([end, chunk]);
    isLost ||= seen.includes(wanted);
    end = seen.subarray(-wanted.length);
    return isLost;
  };
}

function trickle(client: Socket, bytes: Buffer, ms: number): void {
  const [first] = bytes;
  if (first === undefined || client.destroyed) return;
  client.write(bytes.subarray(0, 1));
  setTimeout(() => {
    trickle(client, bytes.subarray(1), ms);
  }, ms);
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
