import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openFaultProxy, type FaultProxy } from '../postgres/fault-proxy.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

/**
 * One namespace has many policies behind a proxy that swallows every query. Another has one on a server that answers.
 */
let bench: Bench;
let neighbour: Bench;
let database: TestDatabase;
let proxy: FaultProxy;
const role = uniqueName('healthy');
/** More than the worker has slots. */
const names = Array.from({ length: 110 }, (_, index) => `silent-${index}`);

beforeAll(async () => {
  bench = await openBench();
  neighbour = { ...bench, namespace: `${bench.namespace}-neighbour` };
  database = await freshDatabase(newestMajor());
  proxy = await openFaultProxy(Number(new URL(database.url).port));
  await bench.startWorker();
});

afterAll(async () => {
  await proxy.close();
  await bench.close();
  await database.drop();
});

async function declare(where: Bench, name: string, spec: string, url: string): Promise<void> {
  await bench.write(`${name}.yaml`, policyYaml(where, name, url, spec));
  await bench.client.workflow.signalWithStart('policy', {
    ...{ workflowId: `policy/${where.namespace}/${name}`, taskQueue: bench.taskQueue },
    args: [{ namespace: where.namespace, name }],
    signal: 'policyChanged',
  });
}

/** Drops the role and waits until the policy has created it again. */
async function repaired(): Promise<void> {
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(database.url, role), 60_000);
}

test('drift on a responding server is repaired while a hundred policies wait for a silent one', async () => {
  await declare(neighbour, 'healthy', `  interval: 5s\n  roles: [{ name: ${role} }]`, database.url);
  await settledIn(neighbour, 'healthy', 'Ready');
  proxy.setFault({ swallowFrom: 'BEGIN' });
  const url = new URL(database.url);
  url.port = String(proxy.port);
  await Promise.all(
    names.map((name) => declare(bench, name, `  roles: [{ name: ${uniqueName('s')} }]`, url.href)),
  );
  await proxy.untilSwallowed();
  for (let round = 0; round < 3; round += 1) await repaired();
  expect(proxy.openConnections()).toBeGreaterThan(0);
}, 480_000);

test('when the network is back, the hundred policies are applied, and the healthy one is still repaired', async () => {
  proxy.setFault({});
  await repaired();
  for (const name of names) await settledIn(bench, name, 'Ready', 240_000);
  await repaired();
}, 300_000);
