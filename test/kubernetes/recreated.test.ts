import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PolicySource } from '../../sources/source.ts';
import { policyWorkflowId, queueQuery } from '../../workflows/messages.ts';
import { initialState } from '../../workflows/policy-state.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { serverWorkflow } from '../workflows/server-workflow.ts';
import { eventually } from '../workflows/wait.ts';
import { conditionOf, connection, openClusterWithDatabase, type Cluster } from './cluster.ts';
import { policyNamed, type StoredPolicy } from './policies.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  // Without a watcher, nothing reports that a policy was deleted and created again.
  ({ cluster, database, close } = await openClusterWithDatabase({
    watched: false,
    wrapped: (source) => interrupted(source),
  }));
  await rowsOf(database.url, 'CREATE TABLE public.t (id int)');
}, 120_000);

afterAll(() => close());

/** Called before each use of the source by the worker, in order. */
let interrupt: ((policy: string) => Promise<void>) | undefined;

function interrupted(source: PolicySource): PolicySource {
  return {
    ...source,
    async readPolicy(ref) {
      await interrupt?.(ref.name);
      return source.readPolicy(ref);
    },
    async writeStatus(policy, change, seen) {
      await interrupt?.(policy.ref.name);
      await source.writeStatus(policy, change, seen);
    },
    async keep(policy, kept) {
      await interrupt?.(policy.ref.name);
      await source.keep(policy, kept);
    },
  };
}

/** As `kubectl replace --force` does it. */
async function replace(name: string, spec: object): Promise<StoredPolicy> {
  await cluster.policies.delete(name);
  return cluster.policies.create(policyNamed(name, { connection, ...spec }));
}

async function ready(name: string, spec: object): Promise<StoredPolicy> {
  await cluster.policy(name, { connection, ...spec });
  await cluster.bench.change(name);
  await cluster.until(name, 'Ready', { status: 'True' });
  return cluster.policies.read(name);
}

/** Requests a check, and waits for the one after which the status records these roles. */
async function claimed(name: string, roles: readonly string[]): Promise<StoredPolicy> {
  await cluster.bench.change(name);
  return eventually(async () => {
    const stored = await cluster.policies.read(name);
    const { owned_roles } = stored.status ?? {};
    return JSON.stringify(owned_roles) === JSON.stringify(roles) ? stored : undefined;
  });
}

async function terminate(name: string): Promise<void> {
  const id = policyWorkflowId({ namespace: cluster.namespace, name });
  await cluster.bench.client.workflow.getHandle(id).terminate('lost');
}

function isGone(name: string): Promise<boolean> {
  return cluster.policies.read(name).then(
    () => false,
    () => true,
  );
}

const whole = {
  managed_database_identity: expect.stringMatching(/^[0-9a-f]{16}\//),
  claimed_since: expect.any(String),
};

async function mayRead(role: string): Promise<boolean> {
  const sql = `SELECT has_table_privilege('${role}', 'public.t', 'SELECT') AS reads`;
  const [row] = await rowsOf<{ reads: boolean }>(database.url, sql);
  return row?.reads === true;
}

/** A policy that revokes what it granted when it is deleted. */
function revoking(role: string): object {
  const object = { type: 'table', schema: 'public', name: 't' };
  const grants = [{ role, privileges: ['SELECT'], object }];
  return { connection, deletion_policy: 'Revoke', roles: [{ name: role }], grants };
}

test('a policy created again under its name records its claim, whatever its workflow remembers', async () => {
  const role = uniqueName('app');
  const before = await ready('again', { roles: [{ name: role }] });
  const after = await replace('again', { roles: [{ name: role }] });
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  const { status } = await claimed('again', [role]);
  expect(status).toMatchObject(whole);
  await cluster.until('again', 'Ready', { status: 'True' });
});

test('a policy created again at any step records what is applied for it, and its workflow can be lost', async () => {
  for (const isLost of [false, true])
    for (let step = 1, reached = true; reached; step += 1) {
      const name = `step-${String(step)}${isLost ? '-lost' : ''}`;
      const role = uniqueName('app');
      reached = await createdAgainAt(step, name, { roles: [{ name: role }] }, isLost);
      const { status } = await claimed(name, [role]);
      expect({ name, ...status }).toMatchObject({ name, ...whole });
      await cluster.until(name, 'Ready', { status: 'True' });
      expect(await roleExists(database.url, role)).toBe(true);
    }
}, 120_000);

/**
 * Creates a policy, and creates it again before the worker's `step`th use of it. Returns whether there were that many
 * uses.
 */
async function createdAgainAt(
  step: number,
  name: string,
  spec: object,
  isLost: boolean,
): Promise<boolean> {
  let steps = 0;
  let replaced: Promise<void> | undefined;
  const again = async () => {
    await replace(name, spec);
    if (isLost) await terminate(name);
  };
  interrupt = async (policy) => {
    if (policy !== name) return;
    steps += 1;
    if (steps === step) replaced = again();
    await replaced;
  };
  await cluster.policy(name, { connection, ...spec });
  await cluster.bench.change(name);
  const isOver = async () => {
    const stored = await cluster.policies.read(name).catch(() => undefined); // just deleted
    return stored !== undefined && conditionOf(stored, 'Ready', { status: 'True' }) !== undefined;
  };
  await eventually(async () => steps >= step || (await isOver()));
  await replaced;
  interrupt = undefined;
  return steps >= step;
}

test('a status that lost its claim, or records another, is repaired at the next check and keeps its age', async () => {
  const role = uniqueName('app');
  const { status: before } = await ready('edited', { roles: [{ name: role }] });
  await cluster.policies.dropStatus('edited');
  const { status } = await claimed('edited', [role]);
  expect(status?.claimed_since).toBe(before?.claimed_since);
  await cluster.policies.mergeStatus('edited', {
    owned_roles: ['other'],
    claimed_since: '2020-01-01T00:00:00Z',
  });
  const { status: after } = await claimed('edited', [role]);
  expect(after?.claimed_since).toBe(before?.claimed_since);
});

test('a policy of an earlier version, whose claim was never recorded, records it', async () => {
  const role = uniqueName('app');
  await ready('earlier', { roles: [{ name: role }] });
  const server = await serverWorkflow(cluster.bench, database.url);
  const { claims } = await server.query(queueQuery);
  const { digest = '' } = claims.find(({ policy }) => policy.name === 'earlier') ?? {};
  await terminate('earlier');
  await cluster.policies.dropStatus('earlier');
  const claim = {
    server: server.workflowId.slice('database/'.length),
    digest,
    held: true,
    proven: true,
  };
  await cluster.bench.change('earlier', { ...initialState, claim });
  expect((await claimed('earlier', [role])).status).toMatchObject(whole);
});

test.each([
  ['suspended', { suspend: true }],
  ['invalid', { schemas: [{ name: 's', profiles: ['nowhere'] }] }],
  ['without a connection', { connection: { secretRef: { name: 'nothing' } } }],
])('the claim of a policy that is %s is recorded again too', async (how, change) => {
  const role = uniqueName('app');
  const name = how.replaceAll(' ', '-');
  await ready(name, { roles: [{ name: role }] });
  await cluster.policy(name, { connection, roles: [{ name: role }], ...change });
  await cluster.bench.change(name);
  await cluster.until(name, 'Ready', { status: 'False' });
  await cluster.policies.dropStatus(name);
  expect((await claimed(name, [role])).status).toMatchObject(whole);
});

test('no other policy takes the role of one that was created again and suspended, after Temporal lost everything', async () => {
  const role = uniqueName('app');
  await ready('sleeps', { roles: [{ name: role }] });
  await replace('sleeps', { roles: [{ name: role }], suspend: true });
  await claimed('sleeps', [role]);
  await terminate('sleeps');
  await (await serverWorkflow(cluster.bench, database.url)).terminate('lost');
  await cluster.policy('takes', { connection, roles: [{ name: role }] });
  await cluster.bench.change('takes');
  const { message } = await cluster.until('takes', 'Conflict', { status: 'True' });
  expect(message).toContain(`by policy ${cluster.namespace}/sleeps`);
});

test('a status from a copy does not record what another policy claims by now', async () => {
  const role = uniqueName('app');
  const { status: copy = {} } = await ready('copied', { roles: [{ name: role }] });
  await cluster.policies.delete('copied');
  await cluster.bench.change('copied');
  await ready('has-it-now', { roles: [{ name: role }] });
  await cluster.policies.create(policyNamed('copied', { connection, roles: [{ name: role }] }));
  await cluster.policies.mergeStatus('copied', copy);
  await cluster.bench.change('copied');
  await cluster.until('copied', 'Conflict', { status: 'True' });
  const { status } = await cluster.policies.read('copied');
  expect(status?.managed_database_identity).toBeUndefined();
  expect(status?.owned_roles).toBeUndefined();
});

test.each([
  ['was created again', (name: string, spec: object) => createAgain(name, spec)],
  ['lost its status', (name: string) => cluster.policies.dropStatus(name)],
])('a policy that %s revokes what it granted when it is deleted', async (how, lose) => {
  const role = uniqueName('app');
  const name = how.replaceAll(' ', '-');
  const spec = revoking(role);
  await ready(name, spec);
  await lose(name, spec);
  await cluster.policies.delete(name);
  await cluster.bench.change(name);
  await eventually(() => isGone(name));
  expect(await mayRead(role)).toBe(false);
  expect(await cluster.events(name)).toContain('Normal Revoked');
});

/** Removes by hand whatever delays its deletion, as `kubectl patch` does. */
async function createAgain(name: string, spec: object): Promise<void> {
  await cluster.policies.delete(name);
  await cluster.policies.dropFinalizers(name);
  await cluster.policies.create(policyNamed(name, spec));
  await cluster.bench.change(name);
  await eventually(async () => (await cluster.policies.read(name)).metadata.finalizers);
}
