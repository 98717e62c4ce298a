import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isGrpcServiceError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import type { ErrorCode } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import { boundsFile } from '../sources/bounds-file.ts';
import { openSource, type OpenedSource } from '../sources/open.ts';
import { readConfiguration, type WorkerConfiguration } from './configuration.ts';
import { encryptionFrom, type Encryption } from '../runtime/encryption/settings.ts';
import { serveHealth, type Health } from '../runtime/health.ts';
import { overrun } from './running-activities.ts';
import { installRuntime } from './runtime.ts';
import { startWorker, type RunningWorker } from './start.ts';
import { stopSignal } from '../runtime/stop-signal.ts';
import { openWorkerTelemetry, type WorkerTelemetry } from './telemetry.ts';
import { settingsRefusal } from '../runtime/temporal-settings.ts';
import { temporalRefusal, temporalTrouble } from '../runtime/temporal-trouble.ts';
import { whenTemporalAnswers } from '../runtime/temporal-wait.ts';

/** The worker process: reads the configuration, serves health probes, connects, and works until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const log = pino({ name: 'pgwarden', level: configuration.logLevel });
  const encryption = encryptionFrom(process.env, log);
  const telemetry = await openWorkerTelemetry(process.env, log);
  const start: Start = {
    configuration,
    encryption,
    log,
    telemetry,
    signal: stopSignal(),
    why: 'the worker is starting',
  };
  const health = await serveHealth(configuration.http, healthOf(start), telemetry.scrape);
  try {
    await work(start, health.port);
  } finally {
    await health.close();
    await telemetry.close();
  }
  log.info({ taskQueue: configuration.taskQueue }, 'worker stopped');
}

/** The state of the start. */
interface Start {
  readonly configuration: WorkerConfiguration;
  readonly encryption: Encryption;
  readonly log: Logger;
  readonly telemetry: WorkerTelemetry;
  readonly signal: AbortSignal;
  /** Why the worker is not running yet. */
  why: string;
  running?: { readonly worker: RunningWorker; readonly connection: NativeConnection };
}

/**
 * Works until it gets a stop signal. Waits for Temporal if it is unavailable, but not if the source cannot be used,
 * because only another configuration helps then.
 */
async function work(start: Start, httpPort: number): Promise<void> {
  const opening = opened(start);
  const unusable = new AbortController();
  opening.catch(() => {
    unusable.abort();
  });
  const connection = await connected(start, AbortSignal.any([start.signal, unusable.signal]));
  try {
    const { source, from } = await opening;
    if (connection !== undefined) await workOn(start, connection, { source, from, httpPort });
  } finally {
    await connection?.close();
  }
}

function opened({ configuration, log, signal }: Start): Promise<OpenedSource> {
  return openSource(configuration.source, {
    signal,
    onTrouble({ code, message }) {
      log.warn({ code, error: message }, 'source failed');
    },
  });
}

async function workOn(
  start: Start,
  connection: NativeConnection,
  { source, from, httpPort }: OpenedSource & { readonly httpPort: number },
): Promise<void> {
  const { configuration, log, signal, telemetry } = start;
  const { namespace } = configuration.temporal;
  const { taskQueue, zone } = configuration;
  const { metrics } = telemetry;
  const bundlePath = prebuiltBundle();
  const worker = await startWorker({
    ...{ connection, namespace, taskQueue, source, log, metrics },
    zone: { zone },
    bounds: boundsFile(configuration.boundsFile),
    encryption: start.encryption,
    connectionsPerServer: configuration.connectionsPerServer,
    ...(bundlePath === undefined ? {} : { bundlePath }),
  });
  start.running = { worker, connection };
  const fields = { temporalNamespace: namespace, taskQueue, zone, source: from, httpPort };
  log.info(fields, 'worker started');
  const stop = () => void worker.stop().catch(() => undefined); // `ended` rejects with the error
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await worker.ended;
}

function connected(start: Start, signal: AbortSignal): Promise<NativeConnection | undefined> {
  const { configuration, log, telemetry } = start;
  const { connectionOptions, address } = configuration.temporal;
  let isInstalled = false;
  return whenTemporalAnswers({
    settings: configuration.temporal,
    connect() {
      // Not earlier, because the runtime keeps the process alive until a first connection is
      // closed.
      if (!isInstalled) installRuntime(log, telemetry.buffer);
      isInstalled = true;
      return NativeConnection.connect(connectionOptions).catch((error: unknown) => {
        throw error instanceof TypeError ? settingsRefusal(error) : temporalRefusal(address, error);
      });
    },
    onWait(reason) {
      start.why = reason;
    },
    ...{ log, signal },
  });
}

/** `npm run build` makes the bundle; in a source tree, the worker bundles the workflows at start. */
function prebuiltBundle(): string | undefined {
  const path = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  return existsSync(path) ? path : undefined;
}

function healthOf(start: Start): Health {
  return {
    dead() {
      const state = start.running?.worker.state() ?? 'STARTING';
      if (state === 'FAILED' || state === 'STOPPED') return `the worker has ${state.toLowerCase()}`;
      return overrun(start.telemetry.running);
    },
    async unready() {
      const { running, why, configuration, telemetry } = start;
      if (running === undefined) return why;
      const trouble = await temporalTrouble(running.connection, configuration.temporal.address);
      const state = running.worker.state();
      if (state !== 'RUNNING') return `the worker is ${state.toLowerCase()}`;
      return trouble ?? overrun(telemetry.running);
    },
  };
}

main().catch((error: unknown) => {
  if (error instanceof Refusal) process.stderr.write(`hint: ${error.hint}\n`);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${codeOf(error)}: ${message}\n`);
  process.exitCode = 1;
});

function codeOf(error: unknown): ErrorCode {
  if (error instanceof Refusal) return error.code;
  return isGrpcServiceError(error) ? 'TemporalUnavailable' : 'Internal';
}
