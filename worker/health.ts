import { createServer, type Server } from 'node:http';

export interface Health {
  /** False when only a restart would help. */
  readonly isAlive: () => boolean;
  /** Whether work is being taken, and Temporal answers. */
  readonly isReady: () => Promise<boolean>;
}

export interface HealthServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Answers `/livez` and `/readyz` with 200 or 503, and `/metrics` where there is something to scrape. Liveness does not
 * ask Temporal: its outage is not cured by restarts.
 */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  health: Health,
  scrape?: () => Promise<string>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request.url, health, scrape)
      .catch(() => failed)
      .then(({ status, text, type = 'text/plain' }) => {
        response.writeHead(status, { 'content-type': type }).end(`${text}\n`);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return { port: portOf(server), close: () => closed(server) };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const failed: Answer = { status: 500, text: 'failed' };

/** Source: prometheus.io, Exposition formats: the text format. */
const prometheusText = 'text/plain; version=0.0.4; charset=utf-8';

async function answer(
  url: string | undefined,
  health: Health,
  scrape?: () => Promise<string>,
): Promise<Answer> {
  if (url === '/livez') return judged(health.isAlive(), 'alive');
  if (url === '/readyz') return judged(await health.isReady().catch(() => false), 'ready');
  if (url === '/metrics' && scrape !== undefined) {
    return { status: 200, text: await scrape(), type: prometheusText };
  }
  return { status: 404, text: 'not found: /livez and /readyz are' };
}

function judged(good: boolean, what: string): Answer {
  return good ? { status: 200, text: what } : { status: 503, text: `not ${what}` };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
