import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId } from '../../workflows/messages.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster } from './cluster.ts';
import { holdRole, isBlocked } from './held-role.ts';
import { policyNamed } from './policies.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ cluster, database, close } = await openClusterWithDatabase());
}, 120_000);

afterAll(() => close());

async function hasEnded(name: string): Promise<boolean> {
  const id = policyWorkflowId({ namespace: cluster.namespace, name });
  const { status } = await cluster.bench.client.workflow.getHandle(id).describe();
  return status.name === 'COMPLETED';
}

test('a deleted policy is no longer managed, and its database stays as it is', async () => {
  const role = uniqueName('app');
  await cluster.policy('leaves', { connection, roles: [{ name: role }] });
  await cluster.until('leaves', 'Ready', { status: 'True' });
  await cluster.policies.delete('leaves');
  await eventually(() => hasEnded('leaves'));
  expect(await roleExists(database.url, role)).toBe(true);
});

test("a policy is no longer managed even if someone else's finalizer delays its deletion", async () => {
  const body = { ...policyNamed('held', { connection, roles: [{ name: uniqueName('app') }] }) };
  const metadata = { name: 'held', finalizers: ['example.com/holds'] };
  await cluster.policies.create({ ...body, metadata });
  await cluster.until('held', 'Ready', { status: 'True' });
  await cluster.policies.delete('held');
  await eventually(() => hasEnded('held'));
  expect((await cluster.policies.read('held')).metadata.deletionTimestamp).toBeDefined();
});

test('a policy created again under its old name is a new one, and takes over what the first left', async () => {
  const role = uniqueName('app');
  const first = await cluster.policy('again', { connection, roles: [{ name: role }] });
  await cluster.until('again', 'Ready', { status: 'True' });
  await cluster.policies.delete('again');
  const second = await cluster.policy('again', {
    connection,
    roles: [{ name: role, login: true }],
  });
  expect(second.metadata.uid).not.toBe(first.metadata.uid);
  await cluster.until('again', 'Ready', { status: 'True' });
  const sql = `SELECT rolcanlogin AS login FROM pg_catalog.pg_roles WHERE rolname = '${role}'`;
  expect(await rowsOf(database.url, sql)).toEqual([{ login: true }]);
});

test('a suspended policy changes nothing until it is resumed', async () => {
  const role = uniqueName('app');
  await cluster.policy('pauses', { connection, suspend: true, roles: [{ name: role }] });
  await cluster.until('pauses', 'Paused', { status: 'True', reason: 'Suspended' });
  await cluster.until('pauses', 'Ready', { status: 'False', reason: 'Suspended' });
  expect(await roleExists(database.url, role)).toBe(false);
  await cluster.policy('pauses', { connection, suspend: false, roles: [{ name: role }] });
  await cluster.until('pauses', 'Ready', { status: 'True' });
  expect(await roleExists(database.url, role)).toBe(true);
  await eventually(async () => (await cluster.events('pauses')).length === 2);
  expect(await cluster.events('pauses')).toEqual(['Normal Suspended', 'Normal Reconciled']);
  const { status } = await cluster.policies.read('pauses');
  expect(JSON.stringify(status?.conditions)).not.toContain('Paused');
});

test('of two policies for one role the older works, and the other starts when that is deleted', async () => {
  const role = uniqueName('app');
  await cluster.policy('older', { connection, roles: [{ name: role }] });
  await cluster.until('older', 'Ready', { status: 'True' });
  await cluster.policy('newer', { connection, roles: [{ name: role, login: true }] });
  const wanted = { status: 'True', reason: 'ConflictingPolicy' };
  const { message } = await cluster.until('newer', 'Conflict', wanted);
  expect(message).toContain(`${cluster.namespace}/older`);
  await cluster.until('newer', 'Ready', { status: 'False', reason: 'ConflictingPolicy' });
  await cluster.until('newer', 'Stalled', wanted);
  await cluster.until('older', 'Ready', { status: 'True' });
  await cluster.policies.delete('older');
  await cluster.until('newer', 'Ready', { status: 'True' });
  expect(JSON.stringify((await cluster.policies.read('newer')).status)).not.toContain('Stalled');
  await eventually(async () => (await cluster.events('newer')).length === 3);
  expect(await cluster.events('newer')).toEqual([
    'Warning ConflictDetected',
    'Normal ConflictResolved',
    'Normal Recovered',
  ]);
});

test('a policy that passes the API server but not the worker reports that, and does not affect others', async () => {
  const role = uniqueName('app');
  const grants = [
    { role: 'nobody', privileges: ['EXECUTE'], object: { type: 'table', schema: 's' } },
  ];
  await cluster.policy('wrong', { connection, grants });
  await cluster.policy('right', { connection, roles: [{ name: role }] });
  const { message } = await cluster.until('wrong', 'Ready', {
    status: 'False',
    reason: 'InvalidSpec',
  });
  expect(message).toContain(`PostgresPolicy ${cluster.namespace}/wrong: spec.grants[0]`);
  await cluster.until('right', 'Ready', { status: 'True' });
  await cluster.policy('wrong', { connection, roles: [{ name: uniqueName('app') }] });
  await cluster.until('wrong', 'Ready', { status: 'True' });
});

test('the API server drops an unknown field, and nothing fails', async () => {
  const spec = { connection, roles: [{ name: uniqueName('app'), colour: 'blue' }], unheard: true };
  await cluster.policies.createLoosely(policyNamed('loose', spec));
  await cluster.until('loose', 'Ready', { status: 'True' });
});

test('a policy with the longest possible name gets its status, Events and Secret', async () => {
  const name = `${'long-name-'.repeat(25)}abc`;
  const role = uniqueName('app');
  const roles = [{ name: role, login: true, password: { generate: {} } }];
  await cluster.policy(name, { connection, roles });
  await cluster.until(name, 'Ready', { status: 'True' });
  await eventually(async () => (await cluster.events(name)).length === 1);
});

test('a policy that is deleted while it is applied ends, and others continue', async () => {
  const role = uniqueName('app');
  await rowsOf(database.url, `CREATE ROLE ${role}`);
  const holder = await holdRole(database, role);
  await cluster.policy('vanishes', { connection, roles: [{ name: role, login: true }] });
  await eventually(() => isBlocked(database));
  await cluster.policies.delete('vanishes');
  await holder.release();
  await eventually(() => hasEnded('vanishes'));
  const other = uniqueName('app');
  await cluster.policy('goes-on', { connection, roles: [{ name: other }] });
  await cluster.until('goes-on', 'Ready', { status: 'True' });
});
