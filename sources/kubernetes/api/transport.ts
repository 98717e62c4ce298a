import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import type { Access, Credentials } from './credentials.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** Sends a request and resolves when the head of the response has arrived. */
export type Transport = (request: ApiRequest, signal: AbortSignal) => Promise<IncomingMessage>;

const keepAliveMs = 15_000; // with the system's ten probes, a dead peer is detected within half a minute

/** HTTP with keep-alive, because a TLS handshake costs both sides more than most requests. */
export function httpTransport(credentials: Credentials): Transport {
  const agentFor = agents();
  return async (request, signal) => {
    const access = await credentials.access();
    try {
      return await send(access, agentFor(access), request, signal);
    } catch (error) {
      // The server closed an idle connection just when we used it.
      if (request.method === 'POST' || !isStale(error)) throw error;
      return send(access, agentFor(access), request, signal);
    }
  };
}

/** One agent while the certificates stay the same. */
function agents(): (access: Access) => Agent | HttpAgent {
  const options = { keepAlive: true, keepAliveMsecs: keepAliveMs };
  let latest: { readonly access: Access; readonly agent: Agent | HttpAgent } | undefined;
  return (access) => {
    if (latest === undefined || !isDeepStrictEqual(latest.access.tls, access.tls)) {
      const isPlain = access.server.startsWith('http:');
      const agent = isPlain ? new HttpAgent(options) : new Agent({ ...options, ...access.tls });
      latest = { access, agent };
    }
    return latest.agent;
  };
}

class StaleConnectionError extends Error {}

function isStale(error: unknown): boolean {
  return error instanceof StaleConnectionError;
}

function send(
  { server, headers }: Access,
  agent: Agent | HttpAgent,
  { method, path, query = {}, accept = 'application/json', contentType, body }: ApiRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(`${server}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return new Promise((resolve, reject) => {
    const begin = url.protocol === 'http:' ? requestHttp : requestHttps;
    const type = contentType === undefined ? {} : { 'content-type': contentType };
    // Node.js sets no length for the body of a DELETE.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = begin(url, {
      ...{ method, agent, signal },
      headers: { ...headers, ...type, ...length, accept, 'user-agent': 'pgwarden' },
    });
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    request.end(body);
  });
}
