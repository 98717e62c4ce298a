import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { paths } from '../../sources/kubernetes/paths.ts';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { uniqueName } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster } from './cluster.ts';

let cluster: Cluster;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ cluster, close } = await openClusterWithDatabase());
}, 120_000);

afterAll(() => close());

function viewOf(name: string) {
  const id = policyWorkflowId({ namespace: cluster.namespace, name });
  return cluster.bench.client.workflow.getHandle(id).query(stateQuery);
}

/** Until all work is done, including Events. */
async function asleep(name: string): Promise<void> {
  await cluster.until(name, 'Ready', { status: 'True' });
  await eventually(async () => (await viewOf(name)).nextCheck);
}

/** Number of requests to the API server by kind, e.g. `GET policy`. */
function asked(): Readonly<Record<string, number>> {
  const { namespace } = cluster;
  const counts: Record<string, number> = {};
  for (const request of cluster.requests) {
    const [method = '', path = ''] = request.split(' ');
    const kinds = { policy: paths.policies, Secret: paths.secrets, Event: paths.events };
    const [kind] = Object.entries(kinds).find(([, of]) => path.startsWith(of(namespace))) ?? [path];
    const key = `${method} ${kind}${path.endsWith('/status') ? ' status' : ''}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

test('the first policy of a server causes one list of all statuses, and none is read by itself', async () => {
  for (const name of ['idle-1', 'idle-2', 'idle-3']) {
    await cluster.policy(name, { connection, suspend: true });
    await cluster.until(name, 'Paused', { status: 'True' });
  }
  cluster.requests.length = 0;
  await cluster.policy('first', { connection, roles: [{ name: uniqueName('app') }] });
  await asleep('first');
  expect(asked()).toMatchObject({ 'LIST policy': 1, 'GET policy': 6 });
});

test('a policy costs no more requests from creation to Ready than its steps need', async () => {
  cluster.requests.length = 0;
  await cluster.policy('plain', { connection, roles: [{ name: uniqueName('app') }] });
  await asleep('plain');
  expect(asked()).toEqual({
    'GET policy': 6, // check, claim, record the claim, diff, apply, report
    'GET Secret': 3, // check, diff, apply
    'PATCH policy status': 4, // Unknown, the claim, what was applied, Ready
    'POST Event': 1,
  });
});

test('a generated password costs the reads of one more Secret, and one write', async () => {
  cluster.requests.length = 0;
  const roles = [{ name: uniqueName('app'), login: true, password: { generate: {} } }];
  await cluster.policy('generated', { connection, roles });
  await asleep('generated');
  // The new Secret is a change, so there is one more check.
  await eventually(() => asked()['GET policy'] === 7);
  await asleep('generated');
  expect(asked()).toEqual({
    'GET policy': 7,
    'GET Secret': 8,
    'POST Secret': 1,
    'PATCH policy status': 4,
    'POST Event': 1,
  });
});

test('a check that finds nothing costs two reads, and no write or list', async () => {
  const spec = {
    connection,
    interval: '1s',
    roles: [{ name: uniqueName('app'), login: true, password: { generate: {} } }],
  };
  await cluster.policy('idle', spec);
  await cluster.until('idle', 'Ready', { status: 'True' });
  const lastCheck = async () => (await viewOf('idle')).lastCheck;
  const checksFrom = async (before: string | undefined) =>
    eventually(async () => {
      const view = await viewOf('idle');
      return view.lastCheck !== before && view.nextCheck !== undefined ? view.lastCheck : undefined;
    });
  for (let settling = 0; settling < 3; settling += 1) await checksFrom(await lastCheck());
  cluster.requests.length = 0;
  const last = await checksFrom(await lastCheck());
  await checksFrom(last);
  await cluster.policy('idle', { ...spec, suspend: true });
  const policy = `GET ${paths.policies(cluster.namespace, 'idle')}`;
  const secret = `GET ${paths.secrets(cluster.namespace, 'database')}`;
  expect(cluster.requests.slice(0, 4)).toEqual([policy, secret, policy, secret]);
});
