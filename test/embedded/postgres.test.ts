import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../embedded/postgres.ts';
import { openPlace } from '../../embedded/unprivileged.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ major: 18, durable: false });
});

afterAll(() => server.stop());

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0];
  } finally {
    await client.end();
  }
}

test('an embedded server has the requested version, and a superuser with a password', async () => {
  const sql = `SELECT current_user AS name, current_setting('server_version_num')::int / 10000 AS major`;
  expect(await ask(server.url, sql)).toEqual({ name: 'postgres', major: 18 });
  await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(
    'password authentication failed',
  );
});

test('an embedded server listens only on loopback, and on no socket', async () => {
  const sql = `SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS unix`;
  expect(await ask(server.url, sql)).toEqual({ tcp: '127.0.0.1', unix: '' });
});

test('a server with a data directory keeps data and password, even in a directory that only root can enter', async () => {
  const closed = await mkdtemp(join(tmpdir(), 'pgwarden-closed-'));
  const dataDir = join(closed, 'postgres');
  const first = await startPostgres({ major: 18, dataDir, durable: false });
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
  await first.stop();
  const second = await startPostgres({ major: 18, dataDir, durable: false, port: first.port });
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'SELECT number FROM kept')).toEqual({ number: 7 });
  await second.stop();
  await rm(dirname(await openPlace(dataDir)), { recursive: true });
  await rm(closed, { recursive: true, force: true });
});

test('a restarted server has another process, the same address and the same data', async () => {
  await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
  const before = server.pid;
  await server.restart();
  expect(server.pid).not.toBe(before);
  expect(await ask(server.url, 'SELECT number FROM kept')).toEqual({ number: 7 });
});
