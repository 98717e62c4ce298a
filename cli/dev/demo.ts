import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../embedded/postgres.ts';
import { shellWord } from '../../embedded/shell-word.ts';
import { scramVerifier } from '../../postgres/scram.ts';
import { analyticsSql, shopSql } from './demo-sql.ts';
import { preferredPort } from './preferred-port.ts';
import type { SecretValues } from './secrets-in-memory.ts';

/** The PostgreSQL server behind examples/. */
export interface Demo {
  /** The Secrets that the connections of the examples refer to. */
  readonly secrets: SecretValues;
  /** The psql command that a user can type. It contains no password. */
  readonly psql: string;
  readonly stop: () => Promise<void>;
}

const usualPort = 54_329;

/** Starts the demo server with its data in the state directory. Creates the databases if the server is new. */
export async function startDemo(state: string): Promise<Demo> {
  const home = join(state, 'demo');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const server = await startPostgres({
    major: 18,
    dataDir: join(state, 'postgres'),
    port: await preferredPort(usualPort),
  });
  try {
    const managerPassword = await storedPassword(join(home, 'manager-password'));
    await createDatabases(server, managerPassword);
    const passwords = await writePasswordFile(home, server);
    return {
      secrets: secretsOf(server, managerPassword),
      psql: `PGPASSFILE=${shellWord(relative('.', passwords))} psql -h 127.0.0.1 -p ${String(server.port)} -U postgres shop`,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function storedPassword(path: string): Promise<string> {
  if (!existsSync(path)) {
    await writeFile(path, randomBytes(18).toString('base64url'), { mode: 0o600 });
  }
  return readFile(path, 'utf8');
}

/** Creates each database under a temporary name first, so that the next start creates an incomplete one again. */
async function createDatabases(server: PostgresServer, managerPassword: string): Promise<void> {
  await createDatabase(server, 'shop', shopSql);
  await createDatabase(server, 'analytics', analyticsSql(await scramVerifier(managerPassword)));
}

async function createDatabase(server: PostgresServer, name: string, sql: string): Promise<void> {
  const unfinished = `${name}_unfinished`;
  const exists = await withClient(server.url, async (client) => {
    const { rowCount } = await client.query(
      'SELECT FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) $1',
      [name],
    );
    if (rowCount !== 0) return true;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished}`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    return false;
  });
  if (exists) return;
  await withClient(databaseUrl(server, unfinished), (client) => client.query(`BEGIN;${sql}COMMIT`));
  await withClient(server.url, (client) =>
    client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`),
  );
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function databaseUrl({ url }: PostgresServer, database: string): string {
  return url.replace(/\/[^/]*$/, `/${database}`);
}

function secretsOf(server: PostgresServer, managerPassword: string): SecretValues {
  return {
    'shop-admin': { DATABASE_URL: databaseUrl(server, 'shop') },
    'analytics-manager': {
      host: '127.0.0.1',
      port: String(server.port),
      password: managerPassword,
    },
  };
}

/** Writes a password file for psql, so that users need not type the password. Source: PostgreSQL manual, 34.16. */
async function writePasswordFile(home: string, { port, url }: PostgresServer): Promise<string> {
  const path = join(home, 'pgpass');
  const password = new URL(url).password;
  await writeFile(path, `127.0.0.1:${String(port)}:*:postgres:${password}\n`, { mode: 0o600 });
  return path;
}
