import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reconcileNow, stateQuery } from '../../workflows/messages.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

function declare(name: string, spec: string, url = database.url): Promise<void> {
  return bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
}

async function conditionsOf(name: string): Promise<Record<string, string>> {
  const record = await bench.source.readPolicy({ namespace: bench.namespace, name });
  const conditions = record?.status.conditions ?? [];
  return Object.fromEntries(
    conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
}

test('a policy is applied, drift is repaired, and deletion leaves the database as it is', async () => {
  const role = uniqueName('app');
  await declare('life', `  roles: [{ name: ${role} }]`);
  const handle = await bench.change('life');
  await settledIn(bench, 'life', 'Ready');
  expect(await roleExists(database.url, role)).toBe(true);

  await rowsOf(database.url, `DROP ROLE ${role}`);
  const outcome = await handle.executeUpdate(reconcileNow);
  expect(outcome).toEqual({ phase: 'Ready', changes: 1, line: '+1 role' });
  expect(await conditionsOf('life')).toEqual({ Ready: 'True Reconciled', Drifted: 'False InSync' });

  await bench.write('life.yaml', undefined);
  await bench.change('life');
  await handle.result();
  expect(await roleExists(database.url, role)).toBe(true);
});

test('a policy deleted and created again under its name is applied again', async () => {
  const [first, second] = [uniqueName('app'), uniqueName('app')];
  await declare('again', `  roles: [{ name: ${first} }]`);
  const handle = await bench.change('again');
  await settledIn(bench, 'again', 'Ready');
  await bench.write('again.yaml', undefined);
  await bench.change('again');
  await handle.result();
  await declare('again', `  roles: [{ name: ${second} }]`);
  await bench.change('again');
  await eventually(() => roleExists(database.url, second));
});

test('drift is repaired within the interval', async () => {
  const role = uniqueName('app');
  await declare('drift', `  interval: 1s\n  roles: [{ name: ${role} }]`);
  await bench.change('drift');
  await settledIn(bench, 'drift', 'Ready');
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(database.url, role), 5_000);
});

test('with max_interval the time between checks doubles while nothing changes, and starts again after a repair', async () => {
  const alone = await freshDatabase(newestMajor());
  try {
    const role = uniqueName('app');
    const spec = `  interval: 3s\n  max_interval: 12s\n  roles: [{ name: ${role} }]`;
    await declare('calm', spec, alone.url);
    const handle = await bench.change('calm');
    const pause = async () => {
      const { nextCheck = '', lastCheck = '' } = await settledIn(bench, 'calm', 'Ready');
      return Date.parse(nextCheck) - Date.parse(lastCheck);
    };
    expect(await pause()).toBeLessThan(5_000);
    await eventually(async () => (await pause()) > 11_000, 40_000);
    await rowsOf(alone.url, `DROP ROLE ${role}`);
    expect(await handle.executeUpdate(reconcileNow)).toMatchObject({ changes: 1 });
    expect(await pause()).toBeLessThan(5_000);
    await bench.write('calm.yaml', undefined);
    await bench.change('calm');
    await handle.result();
  } finally {
    await alone.drop();
  }
}, 90_000);

test('mode plan publishes the SQL and changes nothing', async () => {
  const role = uniqueName('app');
  const spec = `  roles: [{ name: ${role}, login: true, password: { generate: {} } }]`;
  await declare('preview', `  mode: plan\n${spec}`);
  const handle = await bench.change('preview');
  const view = await settledIn(bench, 'preview', 'Drifted');
  expect(view.pending).toBe('+1 role ~1 password');
  const ref = { namespace: bench.namespace, name: 'preview' };
  const record = await bench.source.readPolicy(ref);
  expect(record?.status.planned_sql).toContain(`CREATE ROLE "${role}"`);
  expect(await conditionsOf('preview')).toEqual({
    Ready: 'True Planned',
    Drifted: 'True DriftDetected',
  });
  expect(await roleExists(database.url, role)).toBe(false);
  const secret = { namespace: bench.namespace, name: `preview-pgr-${role.replace('_', '-')}` };
  expect(await bench.source.readSecret(secret)).toBeUndefined();

  await declare('preview', spec);
  const applied = await handle.executeUpdate(reconcileNow);
  expect(applied).toMatchObject({ phase: 'Ready', changes: 2 });
  const after = await bench.source.readPolicy(ref);
  expect(after?.status.planned_sql).toBeUndefined();
});

test('a suspended policy does nothing until it is resumed', async () => {
  const role = uniqueName('app');
  const nowhere = 'postgresql://nobody@127.0.0.1:1/nowhere';
  await declare('paused', `  suspend: true\n  roles: [{ name: ${role} }]`, nowhere);
  await bench.change('paused');
  await settledIn(bench, 'paused', 'Suspended');
  expect(await conditionsOf('paused')).toEqual({
    Ready: 'False Suspended',
    Paused: 'True Suspended',
  });
  await declare('paused', `  roles: [{ name: ${role} }]`);
  await bench.change('paused');
  await settledIn(bench, 'paused', 'Ready');
  expect(await roleExists(database.url, role)).toBe(true);
});

test('a wrong policy is reported, waits, and recovers when it is corrected', async () => {
  const role = uniqueName('app');
  const wrong = `  roles: [{ name: ${role} }]
  grants: [{ role: ${role}, privileges: [USAGE], object: { type: schema, name: etl } }]`;
  await declare('wrong', wrong);
  const handle = await bench.change('wrong');
  const view = await settledIn(bench, 'wrong', 'Failing');
  expect(view.error).toMatchObject({ code: 'MissingDatabaseObject' });
  expect(await conditionsOf('wrong')).toMatchObject({ Ready: 'False MissingDatabaseObject' });
  const answer = await handle.executeUpdate(reconcileNow);
  expect(answer).toMatchObject({ phase: 'Failing', error: { code: 'MissingDatabaseObject' } });

  await rowsOf(database.url, 'CREATE SCHEMA etl');
  expect(await handle.executeUpdate(reconcileNow)).toMatchObject({ phase: 'Ready', changes: 2 });
  expect(await conditionsOf('wrong')).toEqual({
    Ready: 'True Reconciled',
    Drifted: 'False InSync',
  });
});

test('a spec that cannot be read keeps the workflow alive', async () => {
  await declare('typo', '  rolls: []');
  const handle = await bench.change('typo');
  const view = await settledIn(bench, 'typo', 'Failing');
  expect(view.error).toMatchObject({ code: 'InvalidSpec' });
  expect((await handle.describe()).status.name).toBe('RUNNING');
});

test('an unreachable database is retried with growing pauses', async () => {
  const nowhere = 'postgresql://nobody:x@127.0.0.1:1/nowhere';
  await declare('away', `  roles: [{ name: ${uniqueName('app')} }]`, nowhere);
  const handle = await bench.change('away');
  const view = await settledIn(bench, 'away', 'Failing');
  expect(view.error?.code).toBe('DatabaseConnectionFailed');
  const pause = Date.parse(view.nextCheck ?? '') - Date.parse(view.lastCheck ?? '');
  expect(pause).toBeLessThan(6_000);
  await handle.executeUpdate(reconcileNow);
  const record = await bench.source.readPolicy({ namespace: bench.namespace, name: 'away' });
  expect(record?.status.transient_failure_count).toBe(2);
});

test('the state and the search attributes can be queried', async () => {
  const role = uniqueName('app');
  await declare('asked', `  roles: [{ name: ${role} }]`);
  const handle = await bench.change('asked');
  await settledIn(bench, 'asked', 'Ready');
  const view = await handle.query(stateQuery);
  expect(view.database).toMatch(new RegExp(`^[0-9a-f]{16}/${database.name}$`));
  const { typedSearchAttributes } = await handle.describe();
  const attributes = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
  expect(Object.fromEntries(attributes)).toMatchObject({
    PgPhase: 'Ready',
    PgNamespace: bench.namespace,
    PgDatabase: view.database,
    PgDrifted: false,
    PgLastChange: new Date(view.lastChange ?? ''),
  });
});
