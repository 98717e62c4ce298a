import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/ports.ts';
import { type PostgresServer, startPostgres } from '../../embedded/postgres.ts';
import { runCommand } from '../../embedded/command.ts';
import type { ConnectionTarget, HostAndPort } from '../../core/connection/target.ts';
import { type Database, openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { rowsOf } from '../setup/rows.ts';
import { openFaultProxy } from './fault-proxy.ts';
import { someMajors } from './rig.ts';

const [, major = 18] = someMajors;
const host = '127.0.0.1';

let folder: string;
let primary: PostgresServer;
let standby: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-hosts-'));
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await runCommand('chmod', ['755', folder]);
  const first = await startPostgres({ major, dataDir: one, durable: false });
  await first.stop();
  await cp(one, two, { recursive: true });
  await writeFile(join(two, 'cluster', 'standby.signal'), '');
  await runCommand('chown', ['-R', '--reference', join(one, 'cluster'), two]);
  await runCommand('chmod', ['700', join(two, 'cluster')]);
  primary = await startPostgres({ major, dataDir: one, durable: false });
  standby = await startPostgres({ major, dataDir: two, durable: false });
});
afterAll(async () => {
  await Promise.all([primary.stop(), standby.stop()]);
  await rm(folder, { recursive: true });
});

const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

function open(hosts: readonly number[], options: Partial<ConnectionTarget> = {}): Database {
  const [port = 0, ...others] = hosts;
  const otherHosts: HostAndPort[] = others.map((other) => ({ host, port: other }));
  const target = { ...targetFromUrl(primary.url), host, port, otherHosts, ...options };
  const database = openDatabase(target);
  opened.push(database);
  return database;
}

const readWrite = { sessionAttributes: 'read-write' } as const;

async function portOf(database: Database): Promise<number> {
  const { rows } = await database.use(({ client }) =>
    client.query<{ port: number }>('SELECT inet_server_port() AS port'),
  );
  return rows[0]?.port ?? 0;
}

test('the first host that answers is used', async () => {
  const closed = await freePort();
  expect(await portOf(open([closed, primary.port, standby.port]))).toBe(primary.port);
  expect(await portOf(open([standby.port, primary.port]))).toBe(standby.port);
});

test('a silent host is skipped', async () => {
  const proxy = await openFaultProxy(primary.port);
  proxy.setFault({ passedBytes: 0 });
  const database = open([proxy.port, primary.port]);
  expect(await portOf(database)).toBe(primary.port);
  await database.close();
  await proxy.close();
}, 20_000);

test('with read-write, a standby is skipped, and so is a server with read-only transactions', async () => {
  expect(await portOf(open([standby.port, primary.port], readWrite))).toBe(primary.port);
  await rowsOf(primary.url, 'CREATE ROLE reader LOGIN SUPERUSER');
  await rowsOf(
    primary.url,
    "ALTER ROLE reader SET default_transaction_read_only = on; ALTER ROLE reader PASSWORD 'x'",
  );
  const asReader = { ...readWrite, user: 'reader', password: 'x' };
  await expect(portOf(open([primary.port], asReader))).rejects.toMatchObject({
    code: 'DatabaseConnectionFailed',
    message: expect.stringContaining('a standby or read-only') as unknown,
  });
});

test('if no host can be used, the error names each with its reason', async () => {
  const closed = await freePort();
  await expect(portOf(open([closed, standby.port], readWrite))).rejects.toMatchObject({
    code: 'DatabaseConnectionFailed',
    message: expect.stringMatching(
      new RegExp(
        `127.0.0.1:${String(closed)}: ECONNREFUSED; .*127.0.0.1:${String(standby.port)} is a standby`,
      ),
    ) as unknown,
  });
});

test('a wrong password is refused by the first host and not sent to the next', async () => {
  const refusal = portOf(open([primary.port, standby.port], { password: 'wrong' }));
  await expect(refusal).rejects.toMatchObject({
    code: 'DatabaseAuthenticationFailed',
    message: expect.not.stringContaining(String(standby.port)) as unknown,
  });
});

test('after a failover, an error of a read-only server leads to the new primary', async () => {
  const database = open([primary.port, standby.port], readWrite);
  await Promise.all([portOf(database), portOf(database), portOf(database)]);
  await rowsOf(standby.url, 'SELECT pg_promote()');
  await rowsOf(primary.url, 'ALTER SYSTEM SET default_transaction_read_only = on');
  await rowsOf(primary.url, 'SELECT pg_reload_conf()');
  const write = () =>
    database.use(({ client }) =>
      client.query('CREATE TEMPORARY TABLE t () ON COMMIT DROP; CREATE ROLE after_failover'),
    );
  while (
    await rowsOf(primary.url, 'SHOW default_transaction_read_only').then(([row]) =>
      JSON.stringify(row).includes('off'),
    )
  );
  await expect(write()).rejects.toMatchObject({ code: 'DatabaseConnectionFailed' });
  await write();
  expect(await portOf(database)).toBe(standby.port);
}, 30_000);
