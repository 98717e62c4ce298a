import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../../embedded/postgres.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { postgresUser } from '../../embedded/unprivileged.ts';
import type { Authority } from './certificates.ts';
import { rowsOf } from './rows.ts';

/**
 * A server with the settings of CloudNativePG. One authority signs its certificate, for `localhost`, and those of its
 * clients. `shop_manager` logs in with a certificate, `cloud_manager` with a password in clear text, as clouds use
 * tokens, and others with a password. Only `postgres` may connect without TLS.
 */
export async function startTlsServer(
  major: PostgresMajor,
  authority: Authority,
): Promise<Pick<PostgresServer, 'url' | 'port' | 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-tls-'));
  const { cert, key } = await authority.server(['localhost']);
  const files = {
    'server.crt': cert,
    'server.key': key,
    'ca.crt': authority.cert,
    'pg_hba.conf':
      'hostssl all shop_manager all cert\nhostssl all cloud_manager all password\nhostssl all all all scram-sha-256\nhost all postgres all scram-sha-256\n',
  };
  const { uid, gid } = await postgresUser();
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) await chown(join(folder, name), uid, gid);
  }
  await chmod(folder, 0o755);
  const server = await startPostgres({
    major,
    durable: false,
    settings: {
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.crt'),
      ssl_key_file: join(folder, 'server.key'),
      ssl_ca_file: join(folder, 'ca.crt'),
      hba_file: join(folder, 'pg_hba.conf'),
    },
  });
  await rowsOf(server.url, 'CREATE ROLE shop_manager LOGIN CREATEROLE');
  await rowsOf(server.url, 'CREATE ROLE cloud_manager LOGIN CREATEROLE');
  await rowsOf(server.url, 'CREATE DATABASE shop OWNER shop_manager');
  return {
    url: server.url,
    port: server.port,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
