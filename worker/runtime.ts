import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type LogLevel,
  type MetricsBuffer,
} from '@temporalio/worker';
import type { Level, Logger } from 'pino';

const levels: Record<LogLevel, Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Makes the SDK use our logger and write its metrics into `buffer`. Call it at most once per process, before the first
 * native connection.
 */
export function installRuntime(log: Logger, buffer?: MetricsBuffer): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    log[levels[level]](ourFields(meta ?? {}), message);
  });
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(buffer === undefined ? {} : { metrics: { buffer, attachServiceName: false } }),
    },
  });
}

/** Keeps only name and message of an error. The SDK's `namespace` is Temporal's; in our log it is a policy's. */
function ourFields(meta: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(meta).map(([key, value]) => [
    key === 'namespace' ? 'temporalNamespace' : key,
    value instanceof Error ? { name: value.name, message: value.message } : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
