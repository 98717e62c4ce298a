import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../core/refusal.ts';
import type { PostgresServer } from '../../embedded/postgres.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { rowsOf } from '../setup/rows.ts';
import { intentOf, someMajors } from './rig.ts';

const [major] = someMajors.slice(-1);
const ana = intentOf('roles: [{ name: ana }]');
const andBen = intentOf('roles: [{ name: ana }, { name: ben }]');
const retired = intentOf('retirements: [{ role: ana }]');
const options = { passwords: new Map<string, string>() };

let home: string;
let server: PostgresServer;
let database: Database;

/** A server in recovery without a primary, which is enough for a standby. */
beforeAll(async () => {
  if (major === undefined) throw new Error('no PostgreSQL to test on');
  home = await mkdtemp(join(tmpdir(), 'pgwarden-standby-'));
  const primary = await startPostgres({ major, dataDir: home, durable: false });
  const before = openDatabase(targetFromUrl(primary.url));
  await applyPlan(before, ana, options);
  await before.close();
  await primary.stop();
  await writeFile(join(home, 'cluster', 'standby.signal'), '');
  server = await startPostgres({ major, dataDir: home, durable: false });
  database = openDatabase(targetFromUrl(server.url));
});

afterAll(async () => {
  await database.close();
  await server.stop();
  await rm(home, { recursive: true });
});

test('a standby is checked and diffed like its primary', async () => {
  await expect(checkDatabase(database, ana.graph)).resolves.toMatchObject({
    server: { user: 'postgres' },
  });
  expect((await planDatabase(database, ana)).drift).toBe(false);
  expect((await planDatabase(database, andBen)).summary).toMatchObject({ roles_created: 1 });
});

test.each([
  ['in sync', ana],
  ['with changes', andBen],
  ['with a retirement', retired],
])(
  'an apply on a standby, %s, is a transient error that names the standby',
  async (_what, intent) => {
    const error: unknown = await applyPlan(database, intent, options).catch(
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Refusal)) throw new Error('there was no refusal', { cause: error });
    expect(error.code).toBe('DatabaseConnectionFailed');
    expect(error.message).toContain('is a read-only standby');
    expect(error.hint).toContain('primary');
  },
);

test('read-write needs no standby', async () => {
  const strict = openDatabase(targetFromUrl(`${server.url}?target_session_attrs=read-write`));
  await expect(planDatabase(strict, ana)).rejects.toThrow('is a standby');
  await strict.close();
});

test('the connections to a standby can write as soon as it is promoted, even with read-only as its default', async () => {
  await planDatabase(database, andBen);
  await rowsOf(server.url, 'SELECT pg_promote(true, 60)');
  await rowsOf(server.url, 'ALTER DATABASE postgres SET default_transaction_read_only = on');
  expect((await applyPlan(database, andBen, options)).summary).toMatchObject({ roles_created: 1 });
  expect((await planDatabase(database, andBen)).drift).toBe(false);
});
