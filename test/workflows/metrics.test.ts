import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { metrics } from '../../telemetry/metrics.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { startMeasured, type MeasuredWorker } from './measured-worker.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
let worker: MeasuredWorker;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  worker = await startMeasured(bench, 'worker');
});

afterAll(async () => {
  await worker.stop();
  await bench.close();
  await database.drop();
});

function declare(name: string, spec: string, url = database.url): Promise<void> {
  return bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
}

async function reconciles(result: string): Promise<number> {
  return (await worker.scrape()).value(metrics.reconciles.name, { result }) ?? -1;
}

test('before any reconcile every counter is zero, and no policy has a series', async () => {
  const { value, names } = await worker.scrape();
  for (const result of ['unchanged', 'applied', 'refused'])
    expect(value(metrics.reconciles.name, { result })).toBe(0);
  const code = 'DatabaseAuthenticationFailed';
  expect(value(metrics.failures.name, { code, class: 'refused' })).toBe(0);
  expect(names).not.toContain(metrics.lastSuccess.name);
  expect(value(metrics.residentMemory.name)).toBeGreaterThan(10_000_000);
});

test('a reconcile that changes something, and one that finds nothing, are each counted once', async () => {
  const role = uniqueName('app');
  await declare('shop', `  interval: 1h\n  roles: [{ name: ${role} }]`);
  await bench.change('shop');
  await settledIn(bench, 'shop', 'Ready');
  const { value, names } = await worker.scrape();
  expect(value(metrics.reconciles.name, { result: 'applied' })).toBe(1);
  expect(value(metrics.plans.name, { result: 'drift' })).toBe(1);
  expect(value(metrics.changes.name, { kind: 'roles_created' })).toBe(1);
  expect(value(metrics.changes.name, { kind: 'roles_dropped' })).toBe(0);
  expect(value(`${metrics.applyDuration.name}_count`, { result: 'applied' })).toBe(1);
  const labels = { policy_namespace: bench.namespace, policy: 'shop' };
  const at = value(metrics.lastSuccess.name, labels) ?? 0;
  expect(Math.abs(Date.now() / 1_000 - at)).toBeLessThan(60);
  expect(value(metrics.interval.name, labels)).toBe(3_600);
  expect([...names].filter((name) => name.startsWith('temporal_'))).toEqual(
    expect.arrayContaining([
      'temporal_workflow_task_schedule_to_start_latency_seconds',
      'temporal_worker_task_slots_available',
      'temporal_request_total',
    ]),
  );

  expect(await reconciles('unchanged')).toBe(0);
  await bench.change('shop');
  await eventually(async () => (await reconciles('unchanged')) === 1);
  const later = await worker.scrape();
  expect(later.value(metrics.reconciles.name, { result: 'applied' })).toBe(1);
  expect(later.value(`${metrics.checkDuration.name}_count`, { result: 'unchanged' })).toBe(1);
  expect(later.value(metrics.lastSuccess.name, labels)).toBeGreaterThan(at);
});

test('a reconcile that fails is counted by class and code', async () => {
  const url = new URL(database.url);
  url.pathname = '/nowhere';
  await declare('lost', `  interval: 1h\n  roles: [{ name: ${uniqueName('app')} }]`, url.href);
  await bench.change('lost');
  await settledIn(bench, 'lost', 'Failing');
  const { value } = await worker.scrape();
  const code = 'DatabaseAuthenticationFailed';
  expect(value(metrics.failures.name, { code, class: 'refused' })).toBe(1);
  expect(value(metrics.reconciles.name, { result: 'refused' })).toBe(1);
  const labels = { policy_namespace: bench.namespace, policy: 'lost' };
  expect(value(metrics.interval.name, labels)).toBe(3_600);
  expect(value(metrics.lastSuccess.name, labels)).toBeUndefined();
});

test('a conflict is counted when it is reported, and mode plan as planned', async () => {
  const role = uniqueName('app');
  await declare('first', `  interval: 1h\n  roles: [{ name: ${role} }]`);
  await bench.change('first');
  await settledIn(bench, 'first', 'Ready');
  await declare('rival', `  interval: 1h\n  roles: [{ name: ${role}, login: true }]`);
  await bench.change('rival');
  await settledIn(bench, 'rival', 'Conflict');
  await eventually(async () => (await reconciles('conflict')) === 1);
  const planned = `  interval: 1h\n  mode: plan\n  roles: [{ name: ${uniqueName('app')} }]`;
  await declare('preview', planned);
  await bench.change('preview');
  await settledIn(bench, 'preview', 'Drifted');
  expect(await reconciles('planned')).toBe(1);
});

test('a deleted or suspended policy has no series any more', async () => {
  const labels = { policy_namespace: bench.namespace, policy: 'brief' };
  const isMeasured = async () =>
    (await worker.scrape()).value(metrics.interval.name, labels) !== undefined;
  await declare('brief', `  interval: 1h\n  roles: [{ name: ${uniqueName('app')} }]`);
  await bench.change('brief');
  await eventually(isMeasured);
  await bench.write('brief.yaml', undefined);
  await bench.change('brief');
  await eventually(async () => !(await isMeasured()));
});

test('a step before an apply is timed', async () => {
  const role = uniqueName('leaver');
  await rowsOf(database.url, `CREATE ROLE ${role} LOGIN`);
  await declare('leaving', `  interval: 1h\n  retirements: [{ role: ${role} }]`);
  await bench.change('leaving');
  await settledIn(bench, 'leaving', 'Ready');
  const { value } = await worker.scrape();
  expect(value(`${metrics.stepDuration.name}_count`, { result: 'done' })).toBeGreaterThan(0);
  expect(value(`${metrics.applyDuration.name}_count`, { result: 'due' })).toBeGreaterThan(0);
  expect(value(metrics.changes.name, { kind: 'roles_dropped' })).toBe(1);
});

test('labels are few, and contain no secrets, SQL or hosts', async () => {
  const declared = Object.values(metrics).flatMap(({ labels }) => Object.keys(labels));
  const ofTemporal =
    'namespace task_queue operation poller_type worker_type workflow_type activity_type status_code eager failure_reason';
  const ofProcess = 'service_name service_version telemetry_sdk_language telemetry_sdk_name';
  const known = [...declared, 'le', 'telemetry_sdk_version'].concat(
    ofTemporal.split(' '),
    ofProcess.split(' '),
  );
  const { labels } = await worker.scrape();
  expect([...labels].filter((label) => !known.includes(label))).toEqual([]);
  const text = await worker.text();
  expect(text).not.toMatch(/postgres(ql)?:|127\.0\.0\.1|localhost|CREATE ROLE/);
});

test('every metric of a worker is exported under its declared name and kind', async () => {
  const text = await worker.text();
  const expected = Object.values(metrics)
    .filter(({ exportedBy }) => exportedBy !== 'watcher')
    .map(({ name, kind }) => `# TYPE ${name} ${kind}\n`);
  expect(expected.filter((line) => !text.includes(line))).toEqual([]);
});
