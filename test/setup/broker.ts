import { createServer, type Server } from 'node:http';
import { provide, stopAll } from './provide.ts';

/**
 * The servers of one test run belong to jest's main process. Test files run in other processes, so they ask this small
 * HTTP server on loopback. It starts each requested server once and returns its address.
 */
let broker: Server | undefined;

export function startBroker(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      provide(path.slice(1)).then(
        (answer) => response.end(answer),
        (error: unknown) => {
          response.statusCode = 500;
          response.end(error instanceof Error ? describe(error) : String(error));
        },
      );
    });
    broker = server;
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(
        typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
      );
    });
  });
}

export async function stopBroker(): Promise<void> {
  broker?.close();
  broker?.closeAllConnections();
  await stopAll();
}

function describe(error: Error): string {
  const { details } = error as { details?: readonly string[] };
  return [error.stack ?? error.message, ...(details ?? [])].join('\n');
}
