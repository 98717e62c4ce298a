import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { CoreV1Api } from '@kubernetes/client-node';
import { freePort } from '../../embedded/ports.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import {
  freshDatabase,
  kubeconfigPath,
  temporalAddress,
  uniqueName,
  type TestDatabase,
} from '../setup/servers.ts';
import { newestMajor } from '../workflows/bench.ts';
import { createNamespace } from '../workflows/temporal-namespace.ts';
import { eventually } from '../workflows/wait.ts';
import { conditionOf } from './cluster.ts';
import { policiesIn, policyNamed } from './policies.ts';

let database: TestDatabase;
let connection: Connection;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase(newestMajor());
  connection = await Connection.connect({ address: await temporalAddress() });
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await connection.close();
  await database.drop();
});

/** A compiled process entry, as it runs in production. */
function run(entry: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [`dist/${entry}/main.js`], {
    env: { PATH: process.env.PATH, ...env },
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'close');
  const ended = async () => {
    const [code] = (await exited) as [number | null];
    return { code, output };
  };
  const stop = () => {
    child.kill('SIGTERM');
    return ended();
  };
  return { stop, ended };
}

async function statusOf(port: number): Promise<number> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status,
    () => 0,
  );
}

test('a worker and two watchers as processes make a policy Ready, answer probes and exit with code 0', async () => {
  const config = await kubernetes();
  const namespace = await freshNamespace(config);
  const temporalNamespace = await createNamespace(connection, { attributes: true });
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const env = {
    KUBECONFIG: await kubeconfigPath(),
    PGWARDEN_SOURCE: 'kubernetes',
    PGWARDEN_WATCH_NAMESPACES: namespace,
    POD_NAMESPACE: namespace,
    TEMPORAL_ADDRESS: await temporalAddress(),
    TEMPORAL_NAMESPACE: temporalNamespace,
    TEMPORAL_TASK_QUEUE: uniqueName('queue'),
  };
  const processes = ports.map((port, index) =>
    run(index === 0 ? 'worker' : 'watcher', {
      ...env,
      POD_NAME: `pod-${index}`,
      PGWARDEN_HTTP_ADDR: `127.0.0.1:${port}`,
    }),
  );
  for (const port of ports) await eventually(async () => (await statusOf(port)) === 200);
  const role = uniqueName('app');
  await config.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'shop-admin' }, stringData: { DATABASE_URL: database.url } },
  });
  const policies = policiesIn(config, namespace);
  await policies.create(policyNamed('main', { roles: [{ name: role }] }));
  await eventually(async () =>
    conditionOf(await policies.read('main'), 'Ready', { status: 'True' }),
  );
  for (const { stop } of processes) {
    const { code, output } = await stop();
    expect({ code, output }).toMatchObject({ code: 0 });
  }
});

test('a process without an API server reports that, with a hint', async () => {
  const watcher = run('watcher', {
    PGWARDEN_SOURCE: 'kubernetes',
    KUBECONFIG: '/nowhere',
    PGWARDEN_HTTP_ADDR: '127.0.0.1:0',
  });
  const { code, output } = await watcher.ended();
  expect([code, output]).toEqual([1, expect.stringContaining('cannot read the kubeconfig')]);
});
