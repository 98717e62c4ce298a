import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import { prepareCluster } from './postgres-cluster.ts';
import { providePostgres, type PostgresMajor } from './postgres-binaries.ts';
import { freePort } from './ports.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { rememberServer, stopStaleServer } from './stale-server.ts';
import { openPlace, postgresUser } from './unprivileged.ts';

interface PostgresOptions {
  readonly major: PostgresMajor;
  /** Keeps the cluster and the password between runs (see `openPlace`). Without it, `stop` deletes both. */
  readonly dataDir?: string;
  /** Port. The default is a free one. */
  readonly port?: number;
  /** False turns crash safety off to make tests faster. */
  readonly durable?: boolean;
  /** Additional server settings, e.g. `{ max_connections: '300' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** URL for the superuser and the database `postgres`. It contains the password: never log it. */
  readonly url: string;
  readonly major: PostgresMajor;
  readonly port: number;
  /** Process id of the running server. `restart` changes it. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
  /** Closes every connection, and starts again with the same port and data. */
  readonly restart: () => Promise<void>;
}

const startLimitMs = 60_000;

/**
 * Starts a PostgreSQL server on loopback, and returns when it accepts connections.
 *
 * Its superuser is `postgres` with a random password. As root, the server runs as the system user `postgres`.
 * Throws a `PostgresUnavailable` refusal with the last output of the server if it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { major, dataDir } = options;
  const binaries = await providePostgres(major);
  const user = await postgresUser();
  const home =
    dataDir === undefined
      ? await mkdtemp(join(tmpdir(), `pgwarden-postgres-${major}-`))
      : await openPlace(dataDir);
  const pidFile = join(home, 'server.pid');
  await stopStaleServer(pidFile, home);
  const cluster = await prepareCluster(binaries, home, user);
  const port = options.port ?? (await freePort());
  const start = async () => {
    const server = await startServerProcess({
      ...user,
      file: binaries.postgres,
      args: ['-D', cluster.dataDir, ...serverSettings(options, port)],
      stopSignal: 'SIGINT',
      graceMs: 15_000,
      ...(dataDir === undefined ? { scratchDir: home } : {}),
    });
    await rememberServer(pidFile, server.pid);
    await untilReady(server);
    return server;
  };
  let server = await start();
  return {
    url: `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`,
    major,
    port,
    get pid() {
      return server.pid;
    },
    async stop() {
      await server.stop();
      await rm(dataDir === undefined ? home : pidFile, { recursive: true, force: true });
    },
    async restart() {
      await server.stop();
      server = await start();
    },
  };
}

function serverSettings({ durable = true, settings }: PostgresOptions, port: number): string[] {
  const forSpeed = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    shared_buffers: '16MB',
    ...(durable ? {} : forSpeed),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function untilReady(server: ServerProcess): Promise<void> {
  const ready = server.seen('is ready to accept', startLimitMs);
  const outcome = await Promise.race([ready, server.ended]);
  if (outcome === true) return;
  await server.stop();
  throw new Refusal(
    'PostgresUnavailable',
    `the embedded PostgreSQL server did not start (${outcome === false ? 'no answer' : outcome})`,
    'Read its last output below.',
    server.output().trim().split('\n').slice(-5),
  );
}
