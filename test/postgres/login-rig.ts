import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { PostgresServer } from '../../embedded/postgres.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { rowsOf } from '../setup/rows.ts';

/** Ways in which a server asks for a password. Each has a database with its name. */
export const methods = ['scram-sha-256', 'md5', 'password'] as const;
type Method = (typeof methods)[number];

interface Login {
  readonly user: string;
  readonly password: string;
  readonly method: Method;
}

/** A server that asks for passwords in every way. */
export interface LoginRig {
  readonly url: string;
  /** The role after a login with node-postgres. */
  readonly withPg: (login: Login) => Promise<string>;
  /** The same with psql. */
  readonly withPsql: (login: Login) => Promise<string>;
  close(): Promise<void>;
}

export async function openLoginRig(
  major: PostgresMajor,
  settings: Record<string, string> = {},
): Promise<LoginRig> {
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-hba-'));
  const rules = methods.map((method) => `host "${method}" all 127.0.0.1/32 ${method}`);
  const hba = join(folder, 'pg_hba.conf');
  await writeFile(hba, ['host postgres all 127.0.0.1/32 scram-sha-256', ...rules, ''].join('\n'));
  await chmod(folder, 0o755); // for the system user that runs the server
  const server = await startPostgres({
    major,
    durable: false,
    settings: { hba_file: hba, ...settings },
  });
  for (const method of methods) await rowsOf(server.url, `CREATE DATABASE "${method}"`);
  return {
    url: server.url,
    withPg: (login) => loginWithPg(server, login),
    withPsql: (login) => loginWithPsql(server, login),
    async close() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function loginWithPg({ port }: PostgresServer, login: Login): Promise<string> {
  const { user, password, method: database } = login;
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    const { rows } = await client.query<{ me: string }>('SELECT current_user::text AS me');
    return rows[0]?.me ?? '';
  } finally {
    await client.end();
  }
}

async function loginWithPsql({ port }: PostgresServer, login: Login): Promise<string> {
  const { user, password, method } = login;
  const env = {
    ...process.env,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: method,
    PGPASSFILE: '/dev/null',
  };
  const query = ['-X', '-A', '-t', '-w', '-c', 'SELECT current_user'];
  const { stdout } = await promisify(execFile)('psql', query, { env });
  return stdout.trimEnd();
}
