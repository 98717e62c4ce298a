import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What passed through a proxy since it was last read. */
export interface Traffic {
  /** Times the client spoke after the server had. */
  readonly roundTrips: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

export interface Meter {
  readonly port: number;
  /** Figures since the last call. */
  read(): Traffic;
  close(): void;
}

/** A TCP proxy on loopback that counts. `delayMs` is added to each direction's chunks. */
export async function startMeter(targetPort: number, delayMs = 0): Promise<Meter> {
  let roundTrips = 0;
  let bytesReceived = 0;
  let bytesSent = 0;
  const pass = (action: () => void): void => {
    if (delayMs === 0) action();
    else setTimeout(action, delayMs);
  };
  const server = createServer((client) => {
    let serverSpoke = true;
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    client.on('data', (chunk) => {
      if (serverSpoke) roundTrips += 1;
      serverSpoke = false;
      bytesSent += chunk.length;
      pass(() => upstream.write(chunk));
    });
    upstream.on('data', (chunk) => {
      serverSpoke = true;
      bytesReceived += chunk.length;
      pass(() => client.write(chunk));
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    read() {
      const traffic = { roundTrips, bytesReceived, bytesSent };
      roundTrips = bytesReceived = bytesSent = 0;
      return traffic;
    },
    close: () => server.close(),
  };
}
