import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId, reconcileNow, stateQuery } from '../../workflows/messages.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually, openBench, policyYaml, rowsOf, settledIn, type Bench } from './bench.ts';

const newest = Math.max(...majors()) as Parameters<typeof freshDatabase>[0];
let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newest);
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

function roleExists(role: string): Promise<boolean> {
  return rowsOf(database.url, `SELECT 1 FROM pg_roles WHERE rolname = '${role}'`).then(
    (rows) => rows.length > 0,
  );
}

test('a policy is applied, drift is repaired, deletion stops it', async () => {
  const role = uniqueName('app');
  await bench.write('p.yaml', policyYaml(bench, 'first', database.url, `  roles: [{ name: ${role} }]`));
  const handle = await bench.change('first');
  await settledIn(bench, 'first', 'Ready');
  expect(await roleExists(role)).toBe(true);

  await rowsOf(database.url, `DROP ROLE ${role}`);
  const outcome = await handle.executeUpdate(reconcileNow);
  expect(outcome).toEqual({ phase: 'Ready', changes: 1, line: '+1 role' });
  expect(await roleExists(role)).toBe(true);

  const { status } = (await bench.source.readPolicy({ namespace: bench.namespace, name: 'first' }))!;
  expect(status.conditions[0]).toMatchObject({ type: 'Ready', status: 'True', message: 'Applied 1 change' });

  await bench.write('p.yaml', undefined);
  await bench.change('first');
  await handle.result();
  expect(await roleExists(role)).toBe(true);
});
