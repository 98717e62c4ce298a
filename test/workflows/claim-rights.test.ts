import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Claim } from '../../activities/contract.ts';
import {
  claim,
  databaseStart,
  databaseWorkflowId,
  policyWorkflowId,
  queueQuery,
  stateQuery,
} from '../../workflows/messages.ts';
import { initialDatabase } from '../../workflows/database-state.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { serverWorkflow } from './server-workflow.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
let tenant: string;
let asTenant: string;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  tenant = uniqueName('tenant');
  await rowsOf(database.url, `CREATE ROLE ${tenant} LOGIN PASSWORD 'x'`);
  const url = new URL(database.url);
  Object.assign(url, { username: tenant, password: 'x' });
  asTenant = url.href;
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await rowsOf(database.url, `DROP ROLE ${tenant}`);
  await database.drop();
});

async function declare(name: string, spec: string, url = database.url): Promise<void> {
  await bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
  await bench.change(name);
}

async function remove(...names: string[]): Promise<void> {
  for (const name of names) {
    await bench.write(`${name}.yaml`, undefined);
    await bench.change(name);
  }
}

async function errorOf(name: string): Promise<string | undefined> {
  const handle = bench.client.workflow.getHandle(
    policyWorkflowId({ namespace: bench.namespace, name }),
  );
  return (await handle.query(stateQuery)).error?.code;
}

async function holders(): Promise<readonly string[]> {
  const { claims } = await (await serverWorkflow(bench, database.url)).query(queueQuery);
  return claims.map(({ policy }) => policy.name).sort();
}

test('a policy in mode plan claims nothing, and warns about collisions', async () => {
  const role = uniqueName('app');
  await declare('preview', `  mode: plan\n  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'preview', 'Drifted');
  await declare('admin', `  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'admin', 'Ready');
  expect(await holders()).toEqual(['admin']);
  await declare('preview', `  mode: plan\n  roles: [{ name: ${role}, comment: mine }]`);
  const view = await eventually(async () => {
    const settled = await settledIn(bench, 'preview', 'Drifted');
    return settled.findings === undefined ? undefined : settled;
  });
  expect(view.pending).toBe('~1 role');
  expect(view.findings?.first).toEqual([
    {
      code: 'ConflictingPolicy',
      role: '',
      message: `role "${role}" is claimed by policy ${bench.namespace}/admin, so this policy could not be applied`,
    },
  ]);
  await remove('preview', 'admin');
});

test('a policy that changes to mode plan releases its claim', async () => {
  const role = uniqueName('app');
  await declare('first', `  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'first', 'Ready');
  await declare('second', `  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'second', 'Conflict');
  await declare('first', `  mode: plan\n  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'second', 'Ready');
  await remove('first', 'second');
});

test.each([
  ['that cannot log in', () => database.url.replace(/\/\/[^@]*@/, '//nobody:wrong@'), 'Failing'],
  ['that lacks the rights to what it plans', () => asTenant, 'Failing'],
])('a policy with a login %s claims nothing', async (_what, url, phase) => {
  const role = uniqueName('app');
  await declare('squatter', `  roles: [{ name: ${role} }]`, url());
  await settledIn(bench, 'squatter', phase);
  await declare('admin', `  roles: [{ name: ${role} }]`);
  await settledIn(bench, 'admin', 'Ready');
  expect(await holders()).toEqual(['admin']);
  await remove('squatter', 'admin');
});

test.each([
  ['declares a role as it is', (role: string) => `  roles: [{ name: ${role} }]`],
  ['retires a role that is not there', () => '  retirements: [{ role: not_there }]'],
  [
    'grants to a role where nothing is',
    (role: string) =>
      `  grants: [{ role: ${role}, privileges: [SELECT], object: { type: table, schema: empty, name: '*' } }]`,
  ],
  [
    'says all of an external role',
    (role: string) => `  roles: [{ name: ${role}, external: true }]`,
  ],
])('a login without rights that %s gives way to the policy with rights', async (_what, spec) => {
  const role = uniqueName('app');
  await rowsOf(database.url, `CREATE ROLE ${role}; CREATE SCHEMA IF NOT EXISTS empty`);
  await rowsOf(database.url, `GRANT USAGE ON SCHEMA empty TO ${tenant}`);
  await declare('squatter', spec(role), asTenant);
  await settledIn(bench, 'squatter', 'Ready');
  await declare('admin', `  roles: [{ name: ${role} }, { name: not_there }]`);
  await settledIn(bench, 'admin', 'Ready');
  // The policy that retires a role may first find that the role now exists, and that it cannot drop it.
  const refusals = ['ConflictingPolicy', 'InsufficientPrivileges'];
  await eventually(async () => refusals.includes((await errorOf('squatter')) ?? ''));
  expect(await holders()).toEqual(['admin']);
  await remove('admin');
  await eventually(async () => (await holders()).includes('squatter'));
  await remove('squatter');
  await rowsOf(database.url, 'DROP ROLE IF EXISTS not_there');
  await rowsOf(database.url, `DROP OWNED BY ${tenant}`);
});

test('waiting claims without room do not end the workflow of a server', async () => {
  const server = 'feedfacefeedface';
  const roles = Array.from(
    { length: 8_000 },
    (_, index) => `role_${String(index).padStart(58, '0')}`,
  );
  const claimOf = (name: string): Claim => ({
    policy: { namespace: bench.namespace, name },
    digest: name,
    since: new Date().toISOString(),
    database: 'shop',
    roles,
    schemas: [],
  });
  expect(JSON.stringify(roles).length).toBeGreaterThan(500_000);
  await bench.write('huge0.yaml', policyYaml(bench, 'huge0', database.url, '  suspend: true'));
  const start = {
    ...databaseStart(server),
    args: [server, { ...initialDatabase, historyLimit: 5 }],
    taskQueue: bench.taskQueue,
  };
  for (let index = 0; index < 5; index += 1)
    await bench.client.workflow.signalWithStart('database', {
      ...start,
      signal: claim,
      signalArgs: [claimOf(`huge${String(index)}`)],
    });
  const handle = bench.client.workflow.getHandle(databaseWorkflowId(server));
  const small = { ...claimOf('small'), roles: ['another'] };
  await handle.signal(claim, small);
  const { claims, waiting } = await eventually(async () => {
    const view = await handle.query(queueQuery).catch(() => undefined);
    return view?.claims.some(({ policy }) => policy.name === 'small') ? view : undefined;
  });
  expect(claims.map(({ policy }) => policy.name)).toEqual(['huge0', 'small']);
  expect(waiting.map(({ policy }) => policy.name)).toEqual(['huge1']);
  // A continued run has the whole state in its only payload.
  const { runId } = await handle.describe();
  await handle.signal(claim, {
    ...small,
    policy: { ...small.policy, name: 'smaller' },
    roles: ['other'],
  });
  await eventually(async () => (await handle.describe()).runId !== runId || undefined);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate('done');
  await bench.write('huge0.yaml', undefined);
}, 60_000);

test('a long claim is read when it is settled, so its signal stays small', async () => {
  const stem = uniqueName('many');
  const roles = Array.from({ length: 100 }, (_, index) => `${stem}_${index}_${'x'.repeat(30)}`);
  const declared = (names: readonly string[]) =>
    `  roles: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`;
  await declare('long', declared(roles));
  await settledIn(bench, 'long', 'Ready');

  const handle = await serverWorkflow(bench, database.url);
  const { claims } = await handle.query(queueQuery);
  expect(claims.find(({ policy }) => policy.name === 'long')?.roles).toEqual(roles.toSorted());
  const { events } = await handle.fetchHistory();
  const sizes = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === 'claim' ? [signal.input?.payloads?.[0]?.data?.length ?? 0] : [],
  );
  expect(sizes).not.toEqual([]);
  expect(Math.max(...sizes)).toBeLessThan(4_500);

  await declare('late', declared(roles.slice(-1)));
  await settledIn(bench, 'late', 'Conflict');
  await remove('long');
  await settledIn(bench, 'late', 'Ready');
  await remove('late');
});
