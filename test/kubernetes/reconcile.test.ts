import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor } from '../workflows/bench.ts';
import { openCluster, type Cluster } from './cluster.ts';

let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase(newestMajor());
  cluster = await openCluster();
});

afterAll(async () => {
  await cluster.close();
  await database.drop();
});

function roleExists(role: string): Promise<boolean> {
  return rowsOf(database.url, `SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}'`).then(
    ({ length }) => length === 1,
  );
}

test('a policy that is created is in the database when it is Ready', async () => {
  const role = uniqueName('app');
  await cluster.secret('first', { DATABASE_URL: database.url });
  await cluster.policy('first', { roles: [{ name: role, login: true }] });
  const { reason, message } = await cluster.until('first', 'Ready', { status: 'True' });
  expect([reason, message]).toEqual(['Reconciled', 'Applied 1 change']);
  expect(await roleExists(role)).toBe(true);
});
