import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTemporal, type TemporalServer } from '../../embedded/temporal.ts';
import { oldestTemporal } from '../../tools/oldest-temporal.ts';
import { reconcileNow, stateQuery } from '../../workflows/messages.ts';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { liveHistories, replay } from './histories.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn, within } from './wait.ts';

/** All other tests use the newest server. These are the parts of the engine that depend on the server. */
let server: TemporalServer;
let bench: Bench;
let database: TestDatabase;
const role = uniqueName('app');

beforeAll(async () => {
  server = await startTemporal({ executable: await oldestTemporal(), searchAttributes: {} });
  bench = await openBench({ temporal: server.address });
  database = await freshDatabase(newestMajor());
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await server.stop();
  await database.drop();
});

async function declare(name: string, spec: string) {
  await bench.write(`${name}.yaml`, policyYaml(bench, name, database.url, spec));
  return bench.change(name);
}

test('on the oldest supported Temporal server, policies are applied, repaired, refused and deleted, and their histories replay', async () => {
  const { serverVersion } = await bench.client.workflowService.getSystemInfo({});
  expect(serverVersion).toBe('1.29.1');

  const first = await declare('first', `  interval: 1s\n  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'first', 'Ready');
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await first.executeUpdate(reconcileNow);
  expect(
    await rowsOf(database.url, `SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = '${role}'`),
  ).toHaveLength(1);

  const rival = await declare('rival', `  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'rival', 'Conflict');
  const found = () => bench.client.workflow.count("PgPhase = 'Conflict'");
  await eventually(async () => (await found()).count === 1);

  await bench.write('first.yaml', undefined);
  await bench.change('first');
  await within(first.result(), 'the workflow of a deleted policy ends');
  await eventually(async () => (await rival.query(stateQuery)).phase === 'Ready');

  const recorded = await liveHistories(bench.client);
  expect(recorded.length).toBeGreaterThanOrEqual(3);
  expect(await replay(recorded)).toEqual([]);
});
