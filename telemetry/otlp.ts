import {
  PeriodicExportingMetricReader,
  type MetricProducer,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { Refusal } from '../core/refusal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Pushes to a collector if the standard variables request it: an endpoint is set, or OTEL_METRICS_EXPORTER names otlp.
 * OpenTelemetry itself reads endpoint, headers, certificates, compression and temporality.
 * Source: opentelemetry.io, Environment Variable Specification and OTLP Exporter Configuration.
 * Throws Refusal `Usage`.
 */
export async function otlpReader(
  env: Environment,
  producer: MetricProducer,
): Promise<PeriodicExportingMetricReader | undefined> {
  if (!isWanted(env)) return undefined;
  const exportIntervalMillis = milliseconds(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const timeout = milliseconds(env, 'OTEL_METRIC_EXPORT_TIMEOUT', 30_000);
  return new PeriodicExportingMetricReader({
    exporter: await exporterFor(protocolOf(env)),
    metricProducers: [producer],
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeout, exportIntervalMillis),
  });
}

function isWanted(env: Environment): boolean {
  if (set(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false;
  const exporters = set(env, 'OTEL_METRICS_EXPORTER')?.split(',');
  if (exporters !== undefined) return exporters.some((name) => name.trim() === 'otlp');
  return endpointOf(env) !== undefined;
}

function endpointOf(env: Environment): string | undefined {
  return set(env, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? set(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
}

/** If only an endpoint is given, its port decides the protocol: 4317 is registered for gRPC. */
function protocolOf(env: Environment): string {
  const said =
    set(env, 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL') ?? set(env, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  return said ?? (/:4317\/?$/.test(endpointOf(env) ?? '') ? 'grpc' : 'http/protobuf');
}

/** Loads an exporter only when needed, because the one for gRPC takes several megabytes. */
async function exporterFor(protocol: string): Promise<PushMetricExporter> {
  switch (protocol) {
    case 'grpc':
      return new (await import('@opentelemetry/exporter-metrics-otlp-grpc')).OTLPMetricExporter();
    case 'http/protobuf':
      return new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter();
    case 'http/json':
      return new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter();
    default: {
      const hint = 'Set OTEL_EXPORTER_OTLP_PROTOCOL to grpc, http/protobuf or http/json.';
      throw new Refusal('Usage', `unknown OTLP protocol: ${protocol}`, hint);
    }
  }
}

function milliseconds(env: Environment, name: string, otherwise: number): number {
  const text = set(env, name);
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Refusal(
    'Usage',
    `${name} is not a number of milliseconds: ${text}`,
    'Write a number such as 60000.',
  );
}

/** An empty variable counts as unset, as the specification requires. */
function set(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
