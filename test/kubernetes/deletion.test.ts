import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId, queueQuery } from '../../workflows/messages.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { serverWorkflow } from '../workflows/server-workflow.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster } from './cluster.ts';
import { holdRole, isBlocked } from './held-role.ts';
import { policyNamed } from './policies.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ cluster, database, close } = await openClusterWithDatabase());
  await rowsOf(database.url, 'CREATE TABLE public.t (id int)');
}, 120_000);

afterAll(() => close());

const object = { type: 'table', schema: 'public', name: 't' };

/** A policy that revokes what it granted when it is deleted: SELECT on a table. */
function reading(role: string, spec: object = {}): object {
  const grants = [{ role, privileges: ['SELECT'], object }];
  return { connection, deletion_policy: 'Revoke', roles: [{ name: role }], grants, ...spec };
}

async function mayRead(role: string): Promise<boolean> {
  const sql = `SELECT has_table_privilege('${role}', 'public.t', 'SELECT') AS reads`;
  const [row] = await rowsOf<{ reads: boolean }>(database.url, sql);
  return row?.reads === true;
}

async function isGone(name: string): Promise<boolean> {
  try {
    await cluster.policies.read(name);
    return false;
  } catch {
    return true;
  }
}

async function ready(name: string, spec: object): Promise<void> {
  await cluster.policy(name, spec);
  await cluster.until(name, 'Ready', { status: 'True' });
}

async function finalizersOf(name: string): Promise<unknown> {
  const { metadata } = await cluster.policies.read(name);
  return metadata.finalizers;
}

test('a deleted policy with deletion_policy Revoke revokes what it granted, and leaves what others granted', async () => {
  const role = uniqueName('app');
  await ready('revokes', reading(role, { reconciliation_mode: 'additive' }));
  await rowsOf(database.url, `GRANT INSERT ON public.t TO ${role}`);
  expect(await finalizersOf('revokes')).toEqual(['pgwarden.io/revoke']);
  await cluster.policies.delete('revokes');
  await eventually(() => isGone('revokes'));
  expect(await mayRead(role)).toBe(false);
  expect(await roleExists(database.url, role)).toBe(true);
  const inserts = `SELECT has_table_privilege('${role}', 'public.t', 'INSERT') AS inserts`;
  expect(await rowsOf(database.url, inserts)).toEqual([{ inserts: true }]);
  expect(await cluster.events('revokes')).toEqual(['Normal Reconciled', 'Normal Revoked']);
  const id = policyWorkflowId({ namespace: cluster.namespace, name: 'revokes' });
  const handle = cluster.bench.client.workflow.getHandle(id);
  await eventually(async () => (await handle.describe()).status.name === 'COMPLETED');
});

test('another policy can grant again what a deleted policy revoked', async () => {
  const role = uniqueName('app');
  await ready('first', reading(role));
  await cluster.policies.delete('first');
  await ready('second', reading(role, { deletion_policy: 'Retain' }));
  await eventually(() => isGone('first'));
  expect(await mayRead(role)).toBe(true);
});

test.each(['Revoke', 'Retain'])(
  'a policy that was restored from a copy, including its finalizer, is deleted at once, with deletion_policy %s',
  async (deletion_policy) => {
    const name = `restored-${deletion_policy.toLowerCase()}`;
    const metadata = { name, finalizers: ['pgwarden.io/revoke'] };
    const spec = reading(uniqueName('app'), { deletion_policy });
    await cluster.policies.create({ ...policyNamed(name, spec), metadata });
    await cluster.until(name, 'Ready', { status: 'True' });
    await cluster.policies.delete(name);
    await eventually(() => isGone(name));
  },
);

test('a policy without deletion_policy Revoke is deleted without delay', async () => {
  const role = uniqueName('app');
  await ready('changes-its-mind', reading(role));
  await ready('changes-its-mind', reading(role, { deletion_policy: 'Retain' }));
  expect(await finalizersOf('changes-its-mind')).toBeUndefined();
  await cluster.policies.delete('changes-its-mind');
  expect(await isGone('changes-its-mind')).toBe(true);
  expect(await mayRead(role)).toBe(true);
});

test('a deleted policy waits until its database can be reached, and its status gives the reason', async () => {
  const role = uniqueName('app');
  await cluster.secret('rotten', { DATABASE_URL: database.url });
  await ready('waits', reading(role, { connection: { secretRef: { name: 'rotten' } } }));
  await cluster.secret('rotten', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  await cluster.until('waits', 'Ready', { status: 'False', reason: 'DatabaseConnectionFailed' });
  await cluster.policies.delete('waits');
  await cluster.until('waits', 'Ready', { status: 'False', reason: 'DatabaseConnectionFailed' });
  expect(await mayRead(role)).toBe(true);
  await cluster.secret('rotten', { DATABASE_URL: database.url });
  await eventually(() => isGone('waits'));
  expect(await mayRead(role)).toBe(false);
});

test('a waiting policy is deleted when it is set to Retain', async () => {
  const role = uniqueName('app');
  await cluster.secret('lost', { DATABASE_URL: database.url });
  const spec = reading(role, { connection: { secretRef: { name: 'lost' } } });
  await ready('escapes', spec);
  await cluster.core.deleteNamespacedSecret({ namespace: cluster.namespace, name: 'lost' });
  await cluster.policies.delete('escapes');
  await cluster.until('escapes', 'Ready', { status: 'False', reason: 'SecretMissing' });
  await cluster.policy('escapes', { ...spec, deletion_policy: 'Retain' });
  await eventually(() => isGone('escapes'));
  expect(await mayRead(role)).toBe(true);
});

test.each([
  ['suspended', { suspend: true }],
  ['in mode plan', { mode: 'plan' }],
])('a policy that is %s when it is deleted does not change the database', async (_how, change) => {
  const role = uniqueName('app');
  const name = uniqueName('quiet').replaceAll('_', '-');
  await ready(name, reading(role));
  await cluster.policy(name, reading(role, change));
  await cluster.policies.delete(name);
  await eventually(() => isGone(name));
  expect(await mayRead(role)).toBe(true);
});

test('a deleted policy in conflict revokes nothing from the policy that holds the claim', async () => {
  const role = uniqueName('app');
  await ready('has-it', reading(role));
  const own = uniqueName('app');
  await ready('wants-it', reading(own));
  await cluster.policy('wants-it', reading(role));
  await cluster.until('wants-it', 'Conflict', { status: 'True' });
  await cluster.policies.delete('wants-it');
  await eventually(() => isGone('wants-it'));
  expect(await mayRead(role)).toBe(true);
  expect(await cluster.events('wants-it')).toContain('Warning RevokeSkipped');
});

test('a deleted policy that never granted anything is deleted at once', async () => {
  const spec = reading(uniqueName('app'), { connection: { secretRef: { name: 'never-there' } } });
  await cluster.policy('never', spec);
  await cluster.until('never', 'Ready', { status: 'False', reason: 'SecretMissing' });
  await cluster.policies.delete('never');
  await eventually(() => isGone('never'));
});

test('revocation waits for its turn among the writes to a server', async () => {
  const role = uniqueName('app');
  const held = uniqueName('app');
  await ready('takes-turn', reading(role));
  await rowsOf(database.url, `CREATE ROLE ${held}`);
  const holder = await holdRole(database, held);
  await cluster.policy('writes', { connection, roles: [{ name: held, login: true }] });
  await eventually(() => isBlocked(database));
  await cluster.policies.delete('takes-turn');
  await eventually(async () => (await queueOf('takes-turn')).length > 0);
  expect(await mayRead(role)).toBe(true);
  await holder.release();
  await eventually(() => isGone('takes-turn'));
  expect(await mayRead(role)).toBe(false);
});

test('a policy that is set to Retain while it waits for its turn keeps what it granted', async () => {
  const role = uniqueName('app');
  const held = uniqueName('app');
  await ready('repents', reading(role));
  await rowsOf(database.url, `CREATE ROLE ${held}`);
  const holder = await holdRole(database, held);
  await cluster.policy('holds', { connection, roles: [{ name: held, login: true }] });
  await eventually(() => isBlocked(database));
  await cluster.policies.delete('repents');
  await eventually(async () => (await queueOf('repents')).length > 0);
  await cluster.policy('repents', reading(role, { deletion_policy: 'Retain' }));
  await holder.release();
  await eventually(() => isGone('repents'));
  expect(await mayRead(role)).toBe(true);
});

async function queueOf(name: string): Promise<unknown[]> {
  const workflow = await serverWorkflow(cluster.bench, database.url);
  const { queue } = await workflow.query(queueQuery);
  return queue.filter(({ policy }) => policy.name === name);
}
