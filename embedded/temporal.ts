import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Refusal } from '../core/refusal.ts';
import { freePort } from './ports.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { rememberServer, stopStaleServer } from './stale-server.ts';

interface TemporalOptions {
  readonly executable: string;
  /** gRPC port. The default is a free one. */
  readonly port?: number;
  /** Port of the web UI. The default is a free one. */
  readonly uiPort?: number;
  /** SQLite file that keeps the history between runs. The default is memory only. */
  readonly dbFilename?: string;
  /** Search attributes: name and type, e.g. `{ PgPhase: 'Keyword' }`. */
  readonly searchAttributes: Readonly<Record<string, string>>;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const startLimitMs = 60_000;
const historyDays = 30;

/**
 * Starts a Temporal development server with its UI on loopback, and returns when it answers.
 *
 * The server keeps history for 30 days instead of 24 hours. Throws a `TemporalUnavailable` refusal with the last
 * output of the server if it does not start.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { executable, dbFilename } = options;
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  if (dbFilename !== undefined) {
    await mkdir(dirname(dbFilename), { recursive: true });
    await stopStaleServer(`${dbFilename}.pid`, dbFilename);
  }
  const server = await startServerProcess({
    file: executable,
    args: serverArguments(options, port, uiPort),
    env: withoutTemporalSettings(process.env),
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  if (dbFilename !== undefined) await rememberServer(`${dbFilename}.pid`, server.pid);
  const address = `127.0.0.1:${port}`;
  try {
    await prepareNamespace(address, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${uiPort}`, pid: server.pid, stop: server.stop };
}

function serverArguments(
  { dbFilename, searchAttributes }: TemporalOptions,
  port: number,
  uiPort: number,
): string[] {
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const file =
    dbFilename === undefined
      ? []
      : [
          '--db-filename',
          dbFilename,
          ...pragma('journal_mode=WAL'),
          ...pragma('synchronous=NORMAL'),
        ];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'error'],
    ...['--port', String(port), '--ui-port', String(uiPort)],
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    // Namespaces take turns when tasks wait for a worker. Each partition of a task queue has its own order.
    ...['--dynamic-config-value', 'matching.enableFairness=true'],
    ...['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
    ...['--dynamic-config-value', 'matching.useNewMatcher=true'], // the default from server 1.31 on
    ...file,
    ...attributes,
  ];
}

function pragma(setting: string): string[] {
  return ['--sqlite-pragma', setting];
}

/** The server must not read settings of the client, such as `TEMPORAL_NAMESPACE`. */
function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function prepareNamespace(address: string, server: ServerProcess): Promise<void> {
  const connection = await connectWhenUp(address, server);
  try {
    await keepHistory(connection);
  } finally {
    await connection.close();
  }
}

async function connectWhenUp(address: string, server: ServerProcess): Promise<Connection> {
  const deadline = Date.now() + startLimitMs;
  let end: string | undefined;
  void server.ended.then((how) => (end = how));
  for (;;) {
    try {
      return await Connection.connect({ address, connectTimeout: 1_000 });
    } catch {
      if (end !== undefined) throw notUp(`ended by itself (${end})`, server);
      if (Date.now() > deadline) throw notUp('did not answer within a minute', server);
      await sleep(100);
    }
  }
}

async function keepHistory(connection: Connection): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace: 'default',
    config: { workflowExecutionRetentionTtl: msToTs(`${historyDays} days`) },
  });
}

function notUp(what: string, server: ServerProcess): Refusal {
  return new Refusal(
    'TemporalUnavailable',
    `the Temporal development server ${what}`,
    'Read its last output below, or set TEMPORAL_ADDRESS to use your own server.',
    server.output().trim().split('\n').slice(-5),
  );
}
