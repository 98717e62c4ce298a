import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startCluster, type Cluster } from '../../tools/kubernetes/cluster/cluster.ts';
import { rowsOf } from '../setup/rows.ts';
import { machineState } from './machine.ts';
import { startPostgresPod, type PostgresPod } from './postgres-pod.ts';
import {
  asRole,
  connection,
  installation,
  podsOf,
  policy,
  reasonOf,
  selectOn,
  untilCondition,
} from './story.ts';
import { clusterTools, within, type ClusterTools } from './tools.ts';

/** One story of a user. Each test continues where the one before it ended. */

let machine: object;
let cluster: Cluster;
let tools: ClusterTools;
let server: PostgresPod;
let shop: string;

beforeAll(async () => {
  machine = await machineState();
  cluster = await startCluster();
  tools = await clusterTools(cluster.kubeconfig);
  server = await startPostgresPod(tools);
  await rowsOf(server.urlHere('postgres'), 'CREATE DATABASE shop');
  shop = server.urlHere('shop');
  await rowsOf(shop, 'CREATE TABLE orders (id int); CREATE TABLE items (id int)');
}, 1_500_000);

afterAll(async () => {
  await cluster.stop();
}, 120_000);

async function mayRead(role: string, table: string): Promise<boolean> {
  const sql = `SELECT has_table_privilege(r.oid, '${table}', 'SELECT') AS may
                 FROM pg_roles r WHERE rolname = '${role}'`;
  const [row] = await rowsOf<{ may: boolean }>(shop, sql);
  return row?.may ?? false;
}

test('one helm install starts worker, watcher and Temporal', async () => {
  await tools.helm('install', ...installation());
  for (const component of ['worker', 'watcher', 'dev-server'])
    expect(await podsOf(tools, component)).toHaveLength(1);
}, 300_000);

test('a policy becomes Ready, and its generated password logs in', async () => {
  await tools.apply([
    connection(server.urlThere('shop')),
    policy('shop', {
      roles: [{ name: 'app', login: true, password: { generate: {} } }],
      grants: [selectOn('app', 'orders')],
    }),
  ]);
  await untilCondition(tools, 'shop', 'Ready');
  const path = 'jsonpath={.data.password}';
  const encoded = await tools.kubectl('get', 'secret/shop-pgr-app', '-o', path);
  const password = Buffer.from(encoded, 'base64').toString();
  const rows = await rowsOf(asRole(shop, 'app', password), 'SELECT current_user::text AS me');
  expect(rows).toEqual([{ me: 'app' }]);
  expect(await mayRead('app', 'orders')).toBe(true);
}, 120_000);

test('a grant that someone revokes is restored within the interval', async () => {
  const spec = {
    interval: '5s',
    roles: [{ name: 'watched' }],
    grants: [selectOn('watched', 'items')],
  };
  await tools.apply([policy('often', spec)]);
  await untilCondition(tools, 'often', 'Ready');
  await rowsOf(shop, 'REVOKE SELECT ON items FROM watched');
  expect(await within(15_000, () => mayRead('watched', 'items'))).toBe(true);
}, 120_000);

test('an annotation forces a reconcile long before the interval has passed', async () => {
  await rowsOf(shop, 'REVOKE SELECT ON orders FROM app');
  const mark = `pgwarden.io/reconcile-requested-at=${new Date().toISOString()}`;
  await tools.kubectl('annotate', '--overwrite', 'pgr/shop', mark);
  expect(await within(15_000, () => mayRead('app', 'orders'))).toBe(true);
}, 60_000);

test('the conditions report wrong credentials, and pgwarden uses corrected ones at once', async () => {
  const wrong = new URL(server.urlThere('shop'));
  wrong.password = 'wrong';
  await tools.apply([connection(wrong.href)]);
  await untilCondition(tools, 'shop', 'Ready=False');
  expect(await reasonOf(tools, 'shop', 'Ready')).toBe('DatabaseAuthenticationFailed');
  await tools.apply([connection(server.urlThere('shop'))]);
  await untilCondition(tools, 'shop', 'Ready');
}, 240_000);

test('a second policy for the same role waits, and continues when the first gives it up', async () => {
  const roles = [{ name: 'disputed', comment: 'second' }];
  await tools.apply([policy('first', { roles: [{ name: 'disputed', comment: 'first' }] })]);
  await untilCondition(tools, 'first', 'Ready');
  await tools.apply([policy('second', { roles })]);
  await untilCondition(tools, 'second', 'Conflict');
  expect(await reasonOf(tools, 'second', 'Ready')).toBe('ConflictingPolicy');
  await tools.kubectl('delete', 'pgr/first');
  await untilCondition(tools, 'second', 'Ready');
}, 240_000);

test('a worker that is killed while it applies leaves nothing half done, and the next worker finishes', async () => {
  const roles = ['one', 'two', 'three'].map((name) => ({ name }));
  const holder = new pg.Client({ connectionString: shop });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE');
  await tools.apply([policy('killed', { roles, grants: [selectOn('one', 'items')] })]);
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'shop'`;
  const isWaiting = async () => (await rowsOf(shop, waiting)).length > 0;
  expect(await within(30_000, isWaiting)).toBe(true);
  const [pod = ''] = await podsOf(tools, 'worker');
  await tools.kubectl('-n', 'pgwarden', 'delete', 'pod', pod, '--grace-period=0', '--force');
  expect(await within(60_000, async () => !(await isWaiting()))).toBe(true);
  const created = `SELECT rolname FROM pg_roles WHERE rolname IN ('one', 'two', 'three')`;
  expect(await rowsOf(shop, created)).toEqual([]);
  await holder.query('COMMIT');
  await holder.end();
  await untilCondition(tools, 'killed', 'Ready');
  expect(await rowsOf(shop, created)).toHaveLength(3);
}, 300_000);

test('an upgrade of the release replaces the pods, and policies stay managed', async () => {
  const before = await podsOf(tools, 'worker');
  await tools.helm('upgrade', ...installation(), '--set', 'worker.replicas=2,logLevel=debug');
  const after = await podsOf(tools, 'worker');
  expect(after).toHaveLength(2);
  expect(after).not.toEqual(expect.arrayContaining(before));
  await rowsOf(shop, 'REVOKE SELECT ON items FROM watched');
  expect(await within(30_000, () => mayRead('watched', 'items'))).toBe(true);
}, 360_000);

test('an uninstall leaves the database and the policies unchanged', async () => {
  await tools.helm('uninstall', 'pgwarden', '--namespace', 'pgwarden', '--wait');
  expect(await mayRead('app', 'orders')).toBe(true);
  expect(await mayRead('watched', 'items')).toBe(true);
  expect(await tools.kubectl('get', 'pgr', '-o', 'name')).toContain(
    'postgrespolicy.pgroles.io/shop',
  );
}, 180_000);

test('a stopped cluster leaves no process, mount, network, rule, control group or setting behind', async () => {
  await cluster.stop();
  expect(await machineState()).toEqual(machine);
}, 120_000);
