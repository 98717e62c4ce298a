import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { paths } from '../../sources/kubernetes/paths.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster, type Condition } from './cluster.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  // Until the tests end, only the watch informs the watcher about a change.
  ({ cluster, database, close } = await openClusterWithDatabase({ resyncMs: 3_600_000 }));
}, 120_000);

afterAll(() => close());

test('a created policy is in the database when it is Ready', async () => {
  const role = uniqueName('app');
  await cluster.policy('first', { connection, roles: [{ name: role, login: true }] });
  const { reason, message } = await cluster.until('first', 'Ready', { status: 'True' });
  expect([reason, message]).toEqual(['Reconciled', 'Applied 1 change']);
  expect(await roleExists(database.url, role)).toBe(true);
});

test('a change of the spec is applied without a full comparison, and long before the interval', async () => {
  const role = uniqueName('app');
  await cluster.policy('quick', { connection, interval: '1h', roles: [{ name: role }] });
  await cluster.until('quick', 'Ready', { status: 'True' });
  const roles = [{ name: role, login: true }];
  await cluster.policy('quick', { connection, interval: '1h', roles });
  await cluster.until('quick', 'Ready', { status: 'True' });
  const sql = `SELECT rolcanlogin AS login FROM pg_catalog.pg_roles WHERE rolname = '${role}'`;
  expect(await rowsOf(database.url, sql)).toEqual([{ login: true }]);
});

test('the status has the fields that people, kubectl wait and kstatus read', async () => {
  const role = uniqueName('app');
  await cluster.policy('reported', { connection, roles: [{ name: role }] });
  await cluster.until('reported', 'Ready', { status: 'True' });
  const { status = {}, metadata } = await cluster.policies.read('reported');
  expect(status).toMatchObject({
    observed_generation: metadata.generation,
    observedGeneration: metadata.generation,
    change_summary: { total: 1 },
    owned_roles: [role],
    transient_failure_count: 0,
    managed_database_identity: expect.stringMatching(new RegExp(`^[0-9a-f]{16}/${database.name}$`)),
    last_reconcile_time: expect.any(String),
  });
  const conditions = status.conditions as Condition[];
  expect(conditions.map(({ type, status: is }) => `${String(type)}=${String(is)}`).sort()).toEqual([
    'Drifted=False',
    'Ready=True',
  ]);
  for (const condition of conditions) {
    expect(condition.observedGeneration).toBe(metadata.generation);
    expect(condition.lastTransitionTime).toBe(condition.last_transition_time);
  }
});

test('Ready is Unknown as soon as pgwarden reads a new spec, even if that changes nothing', async () => {
  const role = uniqueName('app');
  await cluster.policy('changed', { connection, roles: [{ name: role }] });
  await cluster.until('changed', 'Ready', { status: 'True' });
  const stop = new AbortController();
  const seen = statusesOf('changed', stop.signal);
  await cluster.policy('changed', { connection, roles: [{ name: role }], interval: '1h' });
  await cluster.until('changed', 'Ready', { status: 'True' });
  await eventually(() => seen.at(-1) === '2 2 True');
  stop.abort();
  expect([...new Set(seen)].slice(-3)).toEqual(['2 1 True', '2 2 Unknown', '2 2 True']);
});

test('a spec that changes while its policy is applied is Ready only after its own check', async () => {
  const role = uniqueName('app');
  await cluster.policy('moved', { connection, roles: [{ name: role, login: true }] });
  await cluster.until('moved', 'Ready', { status: 'True' });
  await rowsOf(database.url, `ALTER ROLE ${role} NOLOGIN`);
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query(`ALTER ROLE ${role} CONNECTION LIMIT 1`);
  await cluster.policies.annotate('moved', { 'pgwarden.io/reconcile-requested-at': 'now' });
  await eventually(async () => (await waitingFor(blocker)).length > 0);
  const stop = new AbortController();
  const seen = statusesOf('moved', stop.signal);
  await cluster.policy('moved', {
    connection,
    roles: [{ name: role, login: true }],
    interval: '1h',
  });
  await blocker.query('ROLLBACK');
  await blocker.end();
  await cluster.until('moved', 'Ready', { status: 'True' });
  await eventually(() => seen.at(-1) === '2 2 True');
  stop.abort();
  expect([...new Set(seen)].slice(-3)).toEqual(['2 1 True', '2 2 Unknown', '2 2 True']);
});

async function waitingFor(blocker: pg.Client): Promise<readonly object[]> {
  const sql = `SELECT FROM pg_catalog.pg_stat_activity
                WHERE pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(pid))`;
  return (await blocker.query<object>(sql)).rows;
}

/** Generation, observed generation and Ready, in the order of their changes. */
function statusesOf(name: string, signal: AbortSignal): string[] {
  const client = apiClient(kubeconfigCredentials(cluster.config));
  const seen: string[] = [];
  const events = client.stream({
    path: paths.policies(cluster.namespace),
    query: { watch: 'true', fieldSelector: `metadata.name=${name}` },
    signal,
  });
  const read = async () => {
    for await (const event of events) {
      const { object } = event as { object: Awaited<ReturnType<Cluster['policy']>> };
      const conditions = (object.status?.conditions ?? []) as Condition[];
      const ready = conditions.find(({ type }) => type === 'Ready')?.status;
      const observed = object.status?.observedGeneration;
      seen.push(`${object.metadata.generation} ${String(observed)} ${String(ready)}`);
    }
  };
  void read().catch(() => undefined);
  return seen;
}

test('the annotation requests a full reconcile, which the status then reports', async () => {
  const role = uniqueName('app');
  await cluster.policy('asked', { connection, roles: [{ name: role }] });
  await cluster.until('asked', 'Ready', { status: 'True' });
  const before = (await cluster.policies.read('asked')).status?.last_reconcile_time;
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await cluster.policies.annotate('asked', { 'pgwarden.io/reconcile-requested-at': 'now' });
  await eventually(() => roleExists(database.url, role));
  await eventually(async () => {
    const { status } = await cluster.policies.read('asked');
    return status?.last_reconcile_time !== before;
  });
  const unchanged = (await cluster.policies.read('asked')).status?.last_reconcile_time;
  await cluster.policies.annotate('asked', { 'pgwarden.io/reconcile-requested-at': 'later' });
  await eventually(async () => {
    const { status } = await cluster.policies.read('asked');
    return status?.last_reconcile_time !== unchanged;
  });
});

test('a status that someone removes is written again', async () => {
  const role = uniqueName('app');
  await cluster.policy('robbed', { connection, interval: '1s', roles: [{ name: role }] });
  await cluster.until('robbed', 'Ready', { status: 'True' });
  await cluster.policies.dropStatus('robbed');
  await cluster.until('robbed', 'Ready', { status: 'True' });
  await cluster.policies.delete('robbed');
});

test('only transitions are Events', async () => {
  const role = uniqueName('app');
  await cluster.policy('events', { connection, roles: [{ name: role }] });
  await cluster.until('events', 'Ready', { status: 'True' });
  await cluster.policy('events', { connection, roles: [{ name: role }], interval: '1h' });
  await cluster.until('events', 'Ready', { status: 'True' });
  await cluster.policy('events', { connection: { secretRef: { name: 'nowhere' } } });
  await cluster.until('events', 'Ready', { status: 'False', reason: 'SecretMissing' });
  await cluster.policy('events', { connection, roles: [{ name: role }] });
  await cluster.until('events', 'Ready', { status: 'True' });
  await eventually(async () => (await cluster.events('events')).length === 3);
  expect(await cluster.events('events')).toEqual([
    'Normal Reconciled',
    'Warning SecretFetchFailed',
    'Normal Recovered',
  ]);
});
