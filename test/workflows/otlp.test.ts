import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { metrics } from '../../telemetry/metrics.ts';
import { openBench, type Bench } from './bench.ts';
import { startMeasured } from './measured-worker.ts';
import { eventually } from './wait.ts';

interface Received {
  readonly path: string;
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
}

let bench: Bench;
let collector: Server;
let endpoint: string;
const received: Received[] = [];

beforeAll(async () => {
  bench = await openBench();
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-type': type = '', 'x-key': key = '' } = request.headers;
      const body = Buffer.concat(chunks);
      received.push({ path: request.url ?? '', type, key: String(key), body });
      response.writeHead(200, { 'content-type': type }).end(type.endsWith('json') ? '{}' : '');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});

afterAll(async () => {
  collector.close();
  collector.closeAllConnections();
  await bench.close();
});

/** The first export with a metric of Temporal's SDK. The process is stopped after it. */
async function exported(environment: Readonly<Record<string, string>>): Promise<Received> {
  received.splice(0);
  const measured = await startMeasured(bench, 'worker', {
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    ...environment,
  });
  try {
    return await eventually(() =>
      received.find(({ body }) => body.includes('temporal_worker_task_slots')),
    );
  } finally {
    await measured.stop();
  }
}

const attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) });
const exportSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeMetrics: z.array(z.object({ metrics: z.array(z.object({ name: z.string() })) })),
    }),
  ),
});

test('if OTEL_EXPORTER_OTLP_ENDPOINT is set, metrics of product and SDK are pushed there', async () => {
  const { path, type, key, body } = await exported({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=abc',
    OTEL_RESOURCE_ATTRIBUTES: 'team=dba',
  });
  expect({ path, type, key }).toEqual({
    path: '/v1/metrics',
    type: 'application/json',
    key: 'abc',
  });
  const [pushed] = exportSchema.parse(JSON.parse(body.toString())).resourceMetrics;
  const resource = pushed?.resource.attributes.map((each) => [each.key, each.value.stringValue]);
  expect(Object.fromEntries(resource ?? [])).toMatchObject({
    'service.name': 'pgwarden-worker',
    team: 'dba',
  });
  const names = pushed?.scopeMetrics.flatMap((scope) => scope.metrics.map(({ name }) => name));
  expect(names).toEqual(
    expect.arrayContaining([
      metrics.reconciles.name,
      metrics.residentMemory.name,
      'temporal_worker_task_slots_available',
    ]),
  );
});

test('without a protocol it is protobuf over HTTP', async () => {
  const { path, type, body } = await exported({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${endpoint}/mine`,
  });
  expect({ path, type }).toEqual({ path: '/mine', type: 'application/x-protobuf' });
  expect(body.includes(metrics.reconciles.name)).toBe(true);
});

test('grpc is used if it is set', async () => {
  const server = createHttp2Server();
  const exportCall = new Promise<string>((resolve) => {
    server.on('stream', (stream, headers) => {
      stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
      });
      stream.resume().on('end', () => {
        stream.end(Buffer.alloc(5)); // an empty message, not compressed
        resolve(headers[':path'] ?? '');
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const worker = await startMeasured(bench, 'worker', {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_METRIC_EXPORT_INTERVAL: '60000',
  });
  // A worker that stops exports what it has.
  await worker.stop();
  expect(await exportCall).toBe('/opentelemetry.proto.collector.metrics.v1.MetricsService/Export');
  expect(worker.output()).not.toContain('telemetry failed');
  server.close();
});

test('OTEL_METRICS_EXPORTER=none pushes nothing, and the port is still served', async () => {
  received.splice(0);
  const worker = await startMeasured(bench, 'worker', {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  });
  expect((await worker.scrape()).names).toContain(metrics.reconciles.name);
  await worker.stop(); // would push the rest
  expect(received).toEqual([]);
});

test('a collector that does not respond is reported in the log, and has no other effect', async () => {
  const worker = await startMeasured(bench, 'worker', {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  });
  await eventually(() => worker.output().includes('telemetry failed'));
  expect((await worker.scrape()).names).toContain(metrics.reconciles.name);
  await worker.stop();
});
