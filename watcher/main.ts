import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { sourceConfiguration } from '../sources/configuration.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { serveHealth, type Health } from '../worker/health.ts';
import { httpAddress } from '../worker/http-address.ts';
import { stopSignal } from '../worker/stop-signal.ts';
import { temporalSettings, type TemporalSettings } from '../worker/temporal-settings.ts';
import { temporalTrouble } from '../worker/temporal-trouble.ts';
import { reconnectSoon, whenTemporalAnswers } from '../worker/temporal-wait.ts';
import { watcherMetrics, type WatcherMetrics } from './metrics.ts';
import { openWatched, type Watched } from './open.ts';
import { policyWorkflows } from './policy-workflows.ts';
import { takeTurns, type Turns } from './take-turns.ts';

const log = pino({ name: 'pgwarden-watcher', level: process.env.LOG_LEVEL ?? 'info' });
const taskQueue = process.env.TEMPORAL_TASK_QUEUE ?? 'pgwarden';

try {
  await main();
} catch (error) {
  log.fatal(failureOf(error), 'watcher failed');
  process.exitCode = 1;
}

/** Watches until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const configuration = sourceConfiguration(process.env);
  const http = httpAddress(process.env, '127.0.0.1:8081'); // the worker of the same machine has 8080
  const settings = temporalSettings();
  const telemetry = await openTelemetry({
    ...{ service: 'pgwarden-watcher', env: process.env, log },
  });
  const metrics = watcherMetrics(telemetry.instruments);
  const start: Start = { settings, metrics, signal: stopSignal(), why: 'it is starting' };
  const health = await serveHealth(http, healthOf(start), telemetry.scrape);
  try {
    const opened = await openWatched(configuration, {
      onTrouble: troubleTo(metrics),
      metrics,
      log,
    });
    const fields = { temporalNamespace: settings.namespace, taskQueue, source: opened.from };
    log.info({ ...fields, httpPort: health.port }, 'watcher process started');
    await watch(start, opened);
  } finally {
    await health.close();
    await telemetry.close();
  }
  log.info({ taskQueue }, 'watcher stopped');
}

/** How far the start has come. */
interface Start {
  readonly settings: TemporalSettings;
  readonly metrics: WatcherMetrics;
  readonly signal: AbortSignal;
  /** Why nothing is watched yet. */
  why: string;
  running?: { readonly turns: Turns; readonly connection: Connection };
}

/** A Temporal server that is away is waited for: who cannot reach one leaves the turn to others. */
async function watch(start: Start, { cluster, open }: Watched): Promise<void> {
  const { settings, metrics, signal } = start;
  const { connectionOptions, namespace } = settings;
  const connection = await whenTemporalAnswers({
    ...{ settings, log, signal },
    connect: () => Connection.lazy({ ...connectionOptions, channelArgs: reconnectSoon }),
    onWait(reason) {
      start.why = reason;
    },
  });
  if (connection === undefined) return;
  try {
    const client = new Client({ connection, namespace });
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

/** Ready is also who waits for its turn. */
function healthOf(start: Start): Health {
  return {
    dead: () => undefined,
    async unready() {
      const { running, why, settings } = start;
      if (running === undefined) return why;
      return (
        running.turns.undecided() ?? (await temporalTrouble(running.connection, settings.address))
      );
    },
  };
}

/** A Refusal by its shape, as the watcher knows its class by type only. */
function failureOf(error: unknown) {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = 'code' in error ? { code: String(error.code) } : {};
  const hint = 'hint' in error ? { hint: String(error.hint) } : {};
  return { ...code, error: error.message, ...hint };
}
