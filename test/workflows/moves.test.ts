import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId, reconcileNow } from '../../workflows/messages.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { rowsOf } from '../setup/rows.ts';
import { settledIn } from './wait.ts';

/** Policies whose connection Secret changes to another server. Two versions are two servers. */
const two = majors().slice(-2);
const testWithTwo = two.length === 2 ? test : test.skip;

let bench: Bench;
let databases: readonly TestDatabase[];

beforeAll(async () => {
  bench = await openBench();
  databases = await Promise.all(two.map(freshDatabase));
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await Promise.all(databases.map((database) => database.drop()));
});

function urls(): readonly [string, string] {
  const [from, to] = databases;
  if (from === undefined || to === undefined) throw new Error('two servers are needed');
  return [from.url, to.url];
}

/** Makes a policy declare one role, on the server of `url`, and reconciles it. */
async function declare(name: string, url: string, role: string) {
  await bench.write(`${name}.yaml`, policyYaml(bench, name, url, `  roles: [{ ${role} }]`));
  return (await bench.change(name)).executeUpdate(reconcileNow);
}

async function loseWorkflow(name: string): Promise<void> {
  const ref = { namespace: bench.namespace, name };
  await bench.client.workflow.getHandle(policyWorkflowId(ref)).terminate('lost');
}

async function hasPassword(url: string, role: string): Promise<boolean> {
  const rows = await rowsOf(
    url,
    `SELECT 1 FROM pg_authid WHERE rolname = '${role}' AND rolpassword IS NOT NULL`,
  );
  return rows.length > 0;
}

testWithTwo.each([
  ['while it is watched', 'watched', () => Promise.resolve()],
  ['after its workflow was lost', 'unwatched', loseWorkflow],
])('a password is set on the server a policy moves to %s', async (_when, name, happened) => {
  const [from, to] = urls();
  const role = uniqueName('app');
  await rowsOf(to, `CREATE ROLE ${role} LOGIN`);
  const declared = `name: ${role}, login: true, password: { generate: {} }`;
  expect(await declare(name, from, declared)).toMatchObject({ phase: 'Ready' });
  expect(await hasPassword(from, role)).toBe(true);

  await happened(name);
  expect(await declare(name, to, declared)).toMatchObject({ phase: 'Ready' });
  expect(await hasPassword(to, role)).toBe(true);
  const settled = await declare(name, to, declared);
  expect(settled).toMatchObject({ phase: 'Ready', changes: 0 });
});

testWithTwo(
  'a policy that moved after its workflow was lost leaves its claim to others',
  async () => {
    const [from, to] = urls();
    const role = uniqueName('shared');
    expect(await declare('mover', from, `name: ${role}`)).toMatchObject({ phase: 'Ready' });
    expect(await declare('stayer', from, `name: ${role}`)).toMatchObject({ phase: 'Conflict' });
    await loseWorkflow('mover');
    expect(await declare('mover', to, `name: ${role}`)).toMatchObject({ phase: 'Ready' });
    await settledIn(bench, 'stayer', 'Ready');
  },
);
