import { createServer, type Server } from 'node:http';
import { Refusal } from '../core/refusal.ts';
import type { HttpAddress } from './http-address.ts';

export interface Health {
  /** Why only a restart helps, in one line; undefined while the process is alive. */
  readonly dead: () => string | undefined;
  /** Why the process does no work, in one line; undefined while it works and Temporal responds. */
  readonly unready: () => Promise<string | undefined>;
}

export interface HealthServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Serves `/livez` and `/readyz` with 200 or 503, and `/metrics` if there is something to scrape. Liveness does not
 * depend on Temporal, because restarts do not fix an outage of Temporal. `/readyz` says why it is not ready.
 * Throws Refusal `Usage` when it cannot listen on the address.
 */
export async function serveHealth(
  address: HttpAddress,
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
    server.once('error', reject).listen(address, resolve); // without a host, Node.js tries :: first
  }).catch((error: unknown) => {
    const hint = 'Set PGWARDEN_HTTP_ADDR to a free address of this machine.';
    throw new Refusal('Usage', `cannot listen on PGWARDEN_HTTP_ADDR: ${messageOf(error)}`, hint);
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
  if (url === '/livez') {
    const why = health.dead();
    if (why === undefined) return { status: 200, text: 'alive' };
    return { status: 503, text: `not alive: ${why}` };
  }
  if (url === '/readyz') {
    const why = await health.unready().catch(messageOf);
    if (why === undefined) return { status: 200, text: 'ready' };
    return { status: 503, text: `not ready: ${why}` };
  }
  if (url === '/metrics' && scrape !== undefined) {
    return { status: 200, text: await scrape(), type: prometheusText };
  }
  return { status: 404, text: 'not found; use /livez, /readyz or /metrics' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
