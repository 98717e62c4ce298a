import { existsSync, readFileSync } from 'node:fs';
import { metrics } from './metrics.ts';
import { diag, DiagLogLevel, type Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { eventLoopDelay, type EventLoopDelay } from './event-loop.ts';
import { instrumentsOf, type Instruments } from './instruments.ts';
import type { Log } from './log.ts';
import { observations } from './observations.ts';
import { otlpReader } from './otlp.ts';

/** The metrics of one process, served at `/metrics` and pushed by OTLP if that is configured. */
export interface Telemetry {
  readonly instruments: Instruments;
  /** Meter for metrics of other libraries. */
  readonly meter: Meter;
  /** All current values in the text format of Prometheus. */
  readonly scrape: () => Promise<string>;
  /** Pushes remaining values. */
  readonly close: () => Promise<void>;
}

export interface TelemetryOptions {
  /** `service.name`, unless OTEL_SERVICE_NAME is set. */
  readonly service: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Throws Refusal `Usage` when a variable is invalid. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { service, env, log } = options;
  logTrouble(log);
  const resource = resourceOf(service);
  const { observe, producer } = observations(resource, 'pgwarden');
  const pushed = await otlpReader(env, producer);
  const read = new PrometheusExporter({ preventServerStart: true, metricProducers: [producer] });
  const provider = new MeterProvider({
    resource,
    readers: pushed === undefined ? [read] : [read, pushed],
  });
  const meter = provider.getMeter('pgwarden', version);
  const instruments = instrumentsOf(meter, observe);
  const delay = eventLoopDelay();
  measureProcess(instruments, delay);
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  return {
    instruments,
    meter: provider.getMeter('temporal'),
    async scrape() {
      const { resourceMetrics } = await read.collect();
      return serializer.serialize(resourceMetrics);
    },
    async close() {
      await provider.shutdown(); // pushes the delay, too
      delay.stop();
    },
  };
}

function resourceOf(service: string) {
  const ours = resourceFromAttributes({ 'service.name': service, 'service.version': version });
  return defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Logs when a collector is unavailable. Messages of OpenTelemetry contain no secrets. */
function logTrouble(log: Log): void {
  const say = (error: string) => {
    log.warn({ error: error.slice(0, 500) }, 'telemetry failed');
  };
  const ignore = () => undefined;
  diag.setLogger(
    { error: say, warn: say, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** Metrics about the process itself. */
function measureProcess({ observed }: Instruments, { longestSeconds }: EventLoopDelay): void {
  const startedAt = Date.now() / 1_000 - process.uptime();
  observed(metrics.build, () => [{ labels: { version }, value: 1 }]);
  observed(metrics.residentMemory, () => [plain(process.memoryUsage.rss())]);
  observed(metrics.heapUsed, () => [plain(process.memoryUsage().heapUsed)]);
  observed(metrics.cpu, () => [plain(cpuSeconds())]);
  observed(metrics.eventLoopDelay, () => [plain(longestSeconds())]);
  observed(metrics.started, () => [plain(startedAt)]);
}

function plain(value: number) {
  return { labels: {}, value };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** Version of this package. Compiled code is one folder deeper below its root. */
const version = readVersion();

function readVersion(): string {
  const [path] = ['../package.json', '../../package.json']
    .map((relative) => new URL(relative, import.meta.url))
    .filter(existsSync);
  const found: unknown = path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8'));
  return isVersioned(found) ? found.version : 'unknown';
}

function isVersioned(found: unknown): found is { readonly version: string } {
  return (
    typeof found === 'object' &&
    found !== null &&
    'version' in found &&
    typeof found.version === 'string'
  );
}
