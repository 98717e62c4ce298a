import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** The traffic since the last `reset`. */
interface Traffic {
  readonly bytesReceived: number;
  /** How often the client sent something after the server had: each is a wait for the network. */
  readonly roundTrips: number;
}

export interface CountingProxy {
  readonly port: number;
  traffic(): Traffic;
  /** Every byte that the client has sent. */
  sent(): Buffer;
  reset(): void;
  close(): Promise<void>;
}

/** A proxy between a client and a server that counts traffic. */
export async function openProxy(host: string, port: number): Promise<CountingProxy> {
  let bytesReceived = 0;
  let roundTrips = 0;
  const sent: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, host);
    sockets.push(client, upstream);
    let clientsTurn = true;
    client.on('data', (chunk) => {
      sent.push(chunk);
      if (clientsTurn) roundTrips += 1;
      clientsTurn = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      clientsTurn = true;
      bytesReceived += chunk.length;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    traffic: () => ({ bytesReceived, roundTrips }),
    sent: () => Buffer.concat(sent),
    reset() {
      bytesReceived = 0;
      roundTrips = 0;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
