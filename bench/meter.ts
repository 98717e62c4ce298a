import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Traffic through a proxy since the last reading. */
export interface Traffic {
  /** Number of times the server answered after the client had sent something. */
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

/**
 * A TCP proxy on loopback that counts traffic. It delays each direction's chunks by `delayMs`, which can be a fraction.
 */
export async function startMeter(targetPort: number, delayMs = 0): Promise<Meter> {
  let roundTrips = 0;
  let bytesReceived = 0;
  let bytesSent = 0;
  const pass =
    delayMs === 0
      ? (action: () => void) => {
          action();
        }
      : delayed(delayMs);
  const server = createServer((client) => {
    let clientSpoke = false;
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    client.on('data', (chunk) => {
      clientSpoke = true;
      bytesSent += chunk.length;
      pass(() => upstream.write(chunk));
    });
    upstream.on('data', (chunk) => {
      if (clientSpoke) roundTrips += 1;
      clientSpoke = false;
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

/** Timers count whole milliseconds, so shorter delays wait on the event loop, in order. */
function delayed(delayMs: number): (action: () => void) => void {
  const waiting: { readonly due: number; readonly action: () => void }[] = [];
  const deliver = (): void => {
    while (waiting[0] !== undefined && waiting[0].due <= performance.now())
      waiting.shift()?.action();
    if (waiting.length > 0) setImmediate(deliver);
  };
  return (action) => {
    waiting.push({ due: performance.now() + delayMs, action });
    if (waiting.length === 1) setImmediate(deliver);
  };
}
