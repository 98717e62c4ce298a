import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  checkAlone,
  policyWorkflowId,
  sharedCheckQuery,
  sharedCheckWorkflowId,
  stateQuery,
} from '../../workflows/messages.ts';
import { withSharedChecks } from '../../cli/shared-checks.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { handle } from '../sources/directory.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn, within } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
let names: readonly string[];

beforeAll(async () => {
  bench = await openBench();
  await bench.startWorker();
});

afterAll(() => bench.close());

afterEach(async () => {
  await Promise.all(names.map((name) => bench.write(`${name}.yaml`, undefined)));
  await Promise.all(names.map((name) => bench.change(name)));
  await Promise.all(names.map((name) => within(handleOf(name).result(), `${name} ends`)));
  await database.drop();
});

/** Policies with one role each, which use one database and one login role. */
async function declared(count: number, interval: string): Promise<ReadonlyMap<string, string>> {
  database = await freshDatabase(newestMajor());
  const roles = new Map(
    Array.from({ length: count }, (_each, index) => [
      `member-${String(index)}`,
      uniqueName('shared'),
    ]),
  );
  names = [...roles.keys()];
  for (const [name, role] of roles) {
    const spec = `  interval: ${interval}\n  roles: [{ name: ${role} }]`;
    await bench.write(`${name}.yaml`, policyYaml(bench, name, database.url, spec));
    await bench.change(name);
  }
  return roles;
}

function handleOf(name: string) {
  return bench.client.workflow.getHandle(policyWorkflowId({ namespace: bench.namespace, name }));
}

function viewOf(name: string) {
  return handleOf(name).query(stateQuery);
}

/** The ID of the shared check of which all are members. */
function sharedByAll(): Promise<string> {
  return eventually(async () => {
    const views = await Promise.all(names.map(viewOf));
    const [first] = views;
    return views.every(({ shared }) => shared === first?.shared) ? first?.shared : undefined;
  });
}

async function lengthOf(workflowId: string): Promise<number> {
  const described = await bench.client.workflow.getHandle(workflowId).describe();
  return described.historyLength;
}

async function checksOf(shared: string): Promise<ReadonlyMap<string, string>> {
  const handle = bench.client.workflow.getHandle(sharedCheckWorkflowId(shared));
  const { members } = await handle.query(sharedCheckQuery);
  return new Map(members.map(({ policy, lastCheck }) => [policy.name, lastCheck]));
}

test('policies of one database and login role are checked together, and drift of one is repaired', async () => {
  const roles = await declared(4, '2s');
  await sharedByAll();
  const [[name, role] = ['', '']] = roles;
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(database.url, role), 10_000);
  await settledIn(bench, name, 'Ready');
  await sharedByAll();
});

test('status shows the time of the last shared check, and the policy records it after five minutes', async () => {
  await declared(2, '2s');
  const shared = await sharedByAll();
  const [name = ''] = names;
  const ref = { namespace: bench.namespace, name };
  const view = await viewOf(name);
  await eventually(async () => ((await checksOf(shared)).get(name) ?? '') > (view.lastCheck ?? ''));
  const [seen] = await withSharedChecks(bench.client, [{ ref, view }]);
  expect(Date.parse(seen?.view.lastCheck ?? '')).toBeGreaterThan(Date.parse(view.lastCheck ?? ''));

  const recorded = async () => (await bench.source.readPolicy(ref))?.status.last_reconcile_time;
  const old = new Date(Date.now() - 300_000).toISOString();
  await bench.source.writeStatus(handle(ref), (status) => ({
    ...status,
    last_reconcile_time: old,
  }));
  await eventually(async () => (await recorded()) !== old);
  expect((await viewOf(name)).shared).toBe(shared);
});

test('a shared check adds at most a third of the events that the policies would add alone', async () => {
  const roles = await declared(20, '2s');
  const shared = await sharedByAll();
  const ids = [...roles.keys()].map((name) =>
    policyWorkflowId({ namespace: bench.namespace, name }),
  );
  const all = [...ids, sharedCheckWorkflowId(shared)];
  const events = async () =>
    (await Promise.all(all.map(lengthOf))).reduce((sum, length) => sum + length, 0);
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round += 1) {
      const before = await checksOf(shared);
      await eventually(async () => {
        const now = await checksOf(shared);
        return [...roles.keys()].every((name) => now.get(name) !== before.get(name));
      });
    }
  };
  await rounds(2);
  const before = await events();
  const counted = 4;
  await rounds(counted);
  // A check alone takes six events: a timer that starts and fires, a workflow task, and a marker.
  expect(await events()).toBeLessThan(before + (counted * roles.size * 6) / 3);
});

test('a policy that is left alone checks itself again', async () => {
  await declared(2, '1s');
  await sharedByAll();
  const [kept = '', removed = ''] = names;
  await bench.write(`${removed}.yaml`, undefined);
  await bench.change(removed);
  await within(handleOf(removed).result(), 'the deleted policy ends');
  names = [kept];
  await eventually(async () => {
    const { nextCheck, shared } = await viewOf(kept);
    return nextCheck !== undefined && shared === undefined;
  });
});

test('a policy notices that its shared check was terminated, and joins a new one', async () => {
  await declared(2, '1s');
  const shared = await sharedByAll();
  const handle = bench.client.workflow.getHandle(sharedCheckWorkflowId(shared));
  await handle.terminate('by a test');
  const isBack = async () => {
    const { status } = await handle.describe();
    return status.name === 'RUNNING';
  };
  await eventually(isBack, 30_000);
});

test('a policy that gets the signal to check alone checks at once and joins again, because others are there', async () => {
  await declared(2, '60s');
  const [name = ''] = names;
  await Promise.all(names.map((each) => settledIn(bench, each, 'Ready')));
  // The first check of one was before that of the other.
  await Promise.all(names.map((each) => bench.change(each)));
  await sharedByAll();
  const { lastCheck } = await viewOf(name);
  await handleOf(name).signal(checkAlone);
  await eventually(async () => (await viewOf(name)).lastCheck !== lastCheck);
  await sharedByAll();
});
