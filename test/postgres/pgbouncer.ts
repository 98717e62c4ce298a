import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locate, provideDebianPackages } from '../../embedded/debian-packages.ts';
import { freePort } from '../../embedded/ports.ts';
import { startServerProcess } from '../../embedded/server-process.ts';
import { postgresUser } from '../../embedded/unprivileged.ts';

export interface PgBouncer {
  readonly port: number;
  /** The end of its log. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Fewer connections to the server than there are clients, so that clients share one. */
const poolSize = 3;

/** PgBouncer in transaction mode before a server on loopback, for the given users and passwords. */
export async function startPgBouncer(
  serverPort: number,
  users: Readonly<Record<string, string>>,
): Promise<PgBouncer> {
  await provideDebianPackages({ pgbouncer: 'pgbouncer' });
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-pgbouncer-'));
  const port = await freePort();
  const [config, userList] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')];
  await writeFile(userList, Object.entries(users).map(userLine).join(''));
  await writeFile(
    config,
    `[databases]
* = host=127.0.0.1 port=${String(serverPort)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${userList}
pool_mode = transaction
default_pool_size = ${String(poolSize)}
`,
  );
  await chmod(folder, 0o755); // for the system user that runs it, because it refuses root
  const server = await startServerProcess({
    ...(await postgresUser()),
    file: locate('pgbouncer', process.env) ?? 'pgbouncer',
    args: [config],
    stopSignal: 'SIGINT',
    graceMs: 5_000,
    scratchDir: folder,
  });
  if (!(await server.seen('process up', 10_000))) throw new Error(server.output());
  return {
    port,
    log: server.output,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function userLine([name, password]: [string, string]): string {
  return `"${name}" "${password}"\n`;
}
