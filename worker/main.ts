import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { Refusal } from '../core/refusal.ts';
import { openSource } from '../sources/open.ts';
import { readConfiguration } from './configuration.ts';
import { serveHealth, type Health } from './health.ts';
import { installRuntime } from './runtime.ts';
import { startWorker, type RunningWorker } from './start.ts';
import { openWorkerTelemetry } from './telemetry.ts';

/** The worker process: configuration, connection, worker, health; until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const { temporal, taskQueue, http } = configuration;
  const log = pino({ name: 'pgwarden', level: configuration.logLevel });
  const telemetry = await openWorkerTelemetry(process.env, log);
  installRuntime(log, telemetry.buffer);
  const { source, from } = await openSource(configuration.source, ({ code, message }) => {
    log.warn({ code, error: message }, 'source failed');
  });
  const connection = await NativeConnection.connect(temporal.connectionOptions);
  const namespace = temporal.namespace ?? 'default';
  const bundlePath = prebuiltBundle();
  const worker = await startWorker({
    ...{ connection, namespace, taskQueue, source, log, metrics: telemetry.metrics },
    ...(bundlePath === undefined ? {} : { bundlePath }),
  });
  const health = await serveHealth(http, healthOf(worker, connection), telemetry.scrape);
  const started = { temporalNamespace: namespace, taskQueue, source: from, httpPort: health.port };
  log.info(started, 'worker started');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void worker.stop());
  await worker.ended;
  await health.close();
  await telemetry.close();
  await connection.close();
  log.info({ taskQueue }, 'worker stopped');
}

/** `npm run build` makes it; from a source tree the workflows are bundled at start. */
function prebuiltBundle(): string | undefined {
  const path = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  return existsSync(path) ? path : undefined;
}

function healthOf(worker: RunningWorker, connection: NativeConnection): Health {
  return {
    isAlive: () => !['FAILED', 'STOPPED'].includes(worker.state()),
    async isReady() {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.getSystemInfo({}),
      );
      return worker.state() === 'RUNNING';
    },
  };
}

main().catch((error: unknown) => {
  const refusal = error instanceof Refusal ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (refusal !== undefined) process.stderr.write(`hint: ${refusal.hint}\n`);
  process.stderr.write(`error: ${refusal?.code ?? 'TemporalUnavailable'}: ${message}\n`);
  process.exitCode = 1;
});
