import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { Refusal } from '../core/refusal.ts';
import { encryptionFrom, type Encryption } from '../runtime/encryption/settings.ts';
import { processConfiguration, type ProcessConfiguration } from '../runtime/configuration.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { serveHealth, type Health } from '../runtime/health.ts';
import { stopSignal } from '../runtime/stop-signal.ts';
import { temporalTrouble } from '../runtime/temporal-trouble.ts';
import { reconnectSoon, whenTemporalAnswers } from '../runtime/temporal-wait.ts';
import { watcherMetrics, type WatcherMetrics } from './metrics.ts';
import { openWatched, type Watched } from './open.ts';
import { policyWorkflows } from './policy-workflows.ts';
import { takeTurns, type Turns } from './take-turns.ts';

const log = pino({ name: 'pgwarden-watcher', level: process.env.LOG_LEVEL ?? 'info' });

try {
  await main();
} catch (error) {
  log.fatal(failureOf(error), 'watcher failed');
  process.exitCode = 1;
}

/** Watches until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  // On one machine the worker listens on port 8080, so the watcher uses the next one.
  const configuration = processConfiguration(process.env, '127.0.0.1:8081');
  const { taskQueue, temporal } = configuration;
  const encryption = encryptionFrom(process.env, log);
  const telemetry = await openTelemetry({
    ...{ service: 'pgwarden-watcher', env: process.env, log },
  });
  const metrics = watcherMetrics(telemetry.instruments);
  const start: Start = {
    configuration,
    encryption,
    metrics,
    signal: stopSignal(),
    why: 'the watcher is starting',
  };
  const health = await serveHealth(configuration.http, healthOf(start), telemetry.scrape);
  try {
    const opened = await openWatched(configuration.source, {
      onTrouble: troubleTo(metrics),
      metrics,
      log,
    });
    const fields = { temporalNamespace: temporal.namespace, taskQueue, source: opened.from };
    log.info({ ...fields, httpPort: health.port }, 'watcher process started');
    await watch(start, opened);
  } finally {
    await health.close();
    await telemetry.close();
  }
  log.info({ taskQueue }, 'watcher stopped');
}

/** The state of the start. */
interface Start {
  readonly configuration: ProcessConfiguration;
  readonly encryption: Encryption;
  readonly metrics: WatcherMetrics;
  readonly signal: AbortSignal;
  /** Why the watcher does not watch yet. */
  why: string;
  running?: { readonly turns: Turns; readonly connection: Connection };
}

/**
 * Waits for Temporal before it competes for the Lease, so that a watcher that cannot reach Temporal leaves the Lease to
 * others.
 */
async function watch(start: Start, { cluster, open }: Watched): Promise<void> {
  const { configuration, metrics, signal } = start;
  const { temporal: settings, taskQueue } = configuration;
  const { connectionOptions, namespace } = settings;
  const { dataConverter } = start.encryption;
  const connection = await whenTemporalAnswers({
    ...{ settings, log, signal },
    connect: () => Connection.lazy({ ...connectionOptions, channelArgs: reconnectSoon }),
    onWait(reason) {
      start.why = reason;
    },
  });
  if (connection === undefined) return;
  try {
    const client = new Client({ connection, namespace, dataConverter });
    const turns = takeTurns(
      { client, taskQueue, log, metrics, signal },
      {
        ...{ cluster, env: process.env, onTrouble: troubleTo(metrics) },
        open: (during) => open(policyWorkflows(client, taskQueue, during), during),
      },
    );
    start.running = { turns, connection };
    await turns.ended;
  } finally {
    await connection.close();
  }
}

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function troubleTo(metrics: WatcherMetrics) {
  return ({ code, message, hint }: Trouble) => {
    metrics.watchRestarted(code);
    log.warn({ code, error: message, hint }, 'source failed');
  };
}

/** A watcher that waits for the Lease is ready, too. */
function healthOf(start: Start): Health {
  return {
    dead: () => undefined,
    async unready() {
      const { running, why, configuration } = start;
      if (running === undefined) return why;
      const { address } = configuration.temporal;
      return running.turns.undecided() ?? (await temporalTrouble(running.connection, address));
    },
  };
}

function failureOf(error: unknown) {
  if (error instanceof Refusal) {
    const { code, message, hint } = error;
    return { code, error: message, hint };
  }
  return { error: error instanceof Error ? error.message : String(error) };
}
