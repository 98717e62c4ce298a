import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { pino } from 'pino';
import { directoryPlaces } from '../sources/directory/places.ts';
import { directorySource } from '../sources/directory/source.ts';
import { startWatcher } from './start.ts';

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
  const source = directorySource(directoryPlaces(process.env));
  const { namespace = 'default', connectionOptions } = loadClientConnectConfig();
  const connection = Connection.lazy({ ...connectionOptions, channelArgs: reconnectSoon });
  const taskQueue = process.env.TEMPORAL_TASK_QUEUE ?? 'pgwarden';
  const client = new Client({ connection, namespace });
  const { stopped } = await startWatcher({ source, client, taskQueue, log, signal: stopSignal() });
  await stopped;
  await connection.close();
  log.info('watcher stopped');
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
