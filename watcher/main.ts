import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { pino } from 'pino';
import { sourceConfiguration } from '../sources/configuration.ts';
import { openSource } from '../sources/open.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { serveHealth, type Health } from '../worker/health.ts';
import { httpAddress } from '../worker/http-address.ts';
import { watcherMetrics } from './metrics.ts';
import { takeTurns } from './take-turns.ts';

const log = pino({ name: 'pgwarden-watcher', level: process.env.LOG_LEVEL ?? 'info' });

/** gRPC's own limit is 2 minutes, which a server that is back would stay unnoticed. */
const reconnectSoon = { 'grpc.max_reconnect_backoff_ms': 10_000 };

try {
  await run();
} catch (error) {
  log.fatal({ error: error instanceof Error ? error.message : String(error) }, 'watcher failed');
  process.exitCode = 1;
}

/** Watches until SIGTERM or SIGINT. A Temporal server that is away is waited for, at the start too. */
async function run(): Promise<void> {
  const configuration = sourceConfiguration(process.env);
  const http = httpAddress(process.env, '127.0.0.1:8081'); // the worker of the same machine has 8080
  const telemetry = await openTelemetry({
    ...{ service: 'pgwarden-watcher', env: process.env, log },
  });
  const metrics = watcherMetrics(telemetry.instruments);
  const onTrouble = ({ code, message, hint }: Trouble) => {
    metrics.watchRestarted(code);
    log.warn({ code, error: message, hint }, 'source failed');
  };
  const { source, from, cluster } = await openSource(configuration, onTrouble);
  const { namespace = 'default', connectionOptions } = loadClientConnectConfig();
  const connection = Connection.lazy({ ...connectionOptions, channelArgs: reconnectSoon });
  const taskQueue = process.env.TEMPORAL_TASK_QUEUE ?? 'pgwarden';
  const client = new Client({ connection, namespace });
  const turns = takeTurns(
    { source, client, taskQueue, log, metrics, signal: stopSignal() },
    { cluster, env: process.env, onTrouble },
  );
  const health = await serveHealth(http, healthOf(turns.isKnown, connection), telemetry.scrape);
  const started = { temporalNamespace: namespace, taskQueue, source: from, httpPort: health.port };
  log.info(started, 'watcher process started');
  await turns.ended;
  await health.close();
  await telemetry.close();
  await connection.close();
  log.info({ taskQueue }, 'watcher stopped');
}

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Ready is also who waits for its turn. */
function healthOf(isKnown: () => boolean, connection: Connection): Health {
  return {
    isAlive: () => true,
    async isReady() {
      if (!isKnown()) return false;
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.getSystemInfo({}),
      );
      return true;
    },
  };
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  return stop.signal;
}
