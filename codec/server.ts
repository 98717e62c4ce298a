import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import type { Log } from '../telemetry/log.ts';
import type { CodecConfiguration } from './configuration.ts';
import type { GroupsOf } from './tokens.ts';

interface Options extends Pick<CodecConfiguration, 'origins' | 'allowed' | 'encoders'> {
  readonly codec: PayloadCodec;
  readonly groupsOf: GroupsOf;
  readonly log: Log;
}

const mostBytes = 8 * 1024 * 1024;
const requestTimeoutMs = 15_000;
const mostConnections = 200;

/**
 * A codec server for the Temporal UI: `POST /decode` and `POST /encode` with payloads in the JSON of Protocol Buffers, for
 * people in the groups of the configuration. `/livez` and `/readyz` are for Kubernetes.
 * Source: docs.temporal.io, Codec Server.
 */
export function codecServer(options: Options): Server {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      options.log.error({ error: name }, 'a request to the codec server failed');
      if (!response.headersSent) end(response, 503, 'the request failed; the log says more');
      else response.destroy();
    });
  });
  server.maxConnections = mostConnections;
  return server;
}

interface Endpoint {
  /** Groups of which one is required. */
  readonly groups: readonly string[];
  readonly transform: (payloads: Payload[]) => Promise<Payload[]>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: Options,
): Promise<void> {
  const { method, url = '', headers } = request;
  if (method === 'GET' && ['/livez', '/readyz'].includes(url)) {
    end(response, 200, 'ok');
    return;
  }
  allow(response, headers.origin, options.origins);
  const endpoint = endpointAt(url, options);
  if (endpoint === undefined) end(response, 404, 'only /decode and /encode');
  else if (method === 'OPTIONS') response.writeHead(204).end();
  else if (method === 'POST') await serve(request, response, { ...options, ...endpoint });
  else end(response, 405, 'only POST');
}

/** Only the last part of the path counts, so that an Ingress can put the server under any path. */
function endpointAt(url: string, { codec, allowed, encoders }: Options): Endpoint | undefined {
  const [path = ''] = url.split('?');
  switch (path.slice(path.lastIndexOf('/'))) {
    case '/decode':
      return { groups: allowed, transform: (payloads) => decoded(codec, payloads) };
    case '/encode':
      return { groups: encoders, transform: (payloads) => codec.encode(payloads) };
    default:
      return undefined;
  }
}

/** A payload that cannot be decrypted stays as it is, so that the others can be read. */
function decoded(codec: PayloadCodec, payloads: readonly Payload[]): Promise<Payload[]> {
  return Promise.all(
    payloads.map(async (each) => {
      const [one] = await codec.decode([each]).catch(() => [each]);
      return one ?? each;
    }),
  );
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { groupsOf, log, groups, transform }: Options & Endpoint,
): Promise<void> {
  const own = await groupsOf(request.headers.authorization);
  if (!own?.some((group) => groups.includes(group))) {
    const reason = own === undefined ? 'the token is missing or not valid' : 'no group may do this';
    log.warn({ reason }, 'a reader was refused');
    end(response, own === undefined ? 401 : 403, reason);
    return;
  }
  const payloads = await payloadsIn(request);
  if (payloads === undefined) {
    end(response, 400, 'the body is not {"payloads": [...]} within 8 MiB');
    return;
  }
  const transformed = await transform(payloads);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ payloads: transformed.map(toJson) }));
}

/** A browser sends the token only to origins that the answer allows. */
function allow(
  response: ServerResponse,
  origin: string | undefined,
  origins: readonly string[],
): void {
  response.setHeader('vary', 'origin');
  response.setHeader('cache-control', 'no-store');
  if (origin === undefined || !origins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-headers', 'authorization,content-type,x-namespace');
}

function end(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain', connection: 'close' })
    .end(`${text}\n`);
}

const bodySchema = z.object({
  payloads: z
    .array(
      z.object({
        metadata: z.record(z.string(), z.base64()).default({}),
        data: z.base64().default(''),
      }),
    )
    .max(10_000),
});

/** Undefined if the body is too large or has another form. */
async function payloadsIn(request: IncomingMessage): Promise<Payload[] | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  const read = bodySchema.safeParse(parsed(Buffer.concat(chunks).toString()));
  return read.data?.payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
    data: Buffer.from(data, 'base64'),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toJson({ metadata, data }: Payload): object {
  const base64 = (bytes: Uint8Array | null | undefined) =>
    Buffer.from(bytes ?? []).toString('base64');
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
  return { metadata: Object.fromEntries(entries) as object, data: base64(data) };
}
