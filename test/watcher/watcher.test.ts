import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { policyWorkflowId } from '../../workflows/messages.ts';
import { temporalAddress } from '../setup/servers.ts';
import { handle, policyYaml, secretYaml, shop } from '../sources/directory.ts';
import { eventually } from '../workflows/wait.ts';
import { openWatched, type Watched } from './watched.ts';

let watched: Watched;
beforeEach(async () => {
  watched = await openWatched();
});
afterEach(() => watched.close());

async function declare(name: string, spec = ''): Promise<void> {
  await watched.directory.write(`${name}.yaml`, policyYaml(watched.policy(name), spec));
}

test('every policy gets a workflow, even an invalid one', async () => {
  await declare('a');
  await declare('b', '  interval: soon');
  await watched.start();
  expect(await watched.untilSignals('a', 1)).toBe(1);
  expect(await watched.untilSignals('b', 1)).toBe(1);
  const handle = watched.client.workflow.getHandle(policyWorkflowId(shop(watched.policy('a'))));
  const { type, taskQueue } = await handle.describe();
  expect({ type, taskQueue }).toEqual({ type: 'policy', taskQueue: watched.taskQueue });
});

test('a changed policy is signalled, and no other', async () => {
  await declare('a');
  await declare('b');
  await watched.start();
  await watched.untilSignals('b', 1);
  await declare('a', '  interval: 1m');
  expect(await watched.untilSignals('a', 2)).toBe(2);
  expect(await watched.signals('b')).toBe(1);
});

test('a new policy is started, and a deleted one is signalled', async () => {
  await declare('first');
  await watched.start();
  await watched.untilSignals('first', 1); // the first comparison, which signals everything, is over
  await declare('a');
  await watched.untilSignals('a', 1);
  await unlink(join(watched.directory.path, 'a.yaml'));
  expect(await watched.untilSignals('a', 2)).toBe(2);
});

test('every policy that uses a Secret is signalled when it changes', async () => {
  const secret = (url: string) =>
    watched.directory.write('database.yaml', secretYaml('database', { DATABASE_URL: url }));
  await secret('one');
  await declare('a');
  await declare('b');
  await watched.directory.write(
    'c.yaml',
    policyYaml(watched.policy('c')).replace('{ name: database }', '{ name: other }'),
  );
  await watched.start();
  await watched.untilSignals('c', 1);
  await secret('two');
  await watched.untilSignals('a', 2);
  await watched.untilSignals('b', 2);
  expect(await watched.signals('c')).toBe(1);
});

test('a status of a policy is no change', async () => {
  await declare('a');
  await watched.start();
  await watched.untilSignals('a', 1);
  const ref = shop(watched.policy('a'));
  await watched.directory.source.writeStatus(handle(ref), () => ({
    conditions: [],
    last_error: 'x',
  }));
  await declare('last');
  await watched.untilSignals('last', 1);
  expect(await watched.signals('a')).toBe(1);
});

test('a restarted watcher signals every policy once, because any of them may have changed', async () => {
  await declare('a');
  const first = await watched.start();
  await watched.untilSignals('a', 1);
  await first.stop();
  await watched.start();
  expect(await watched.untilSignals('a', 2)).toBe(2);
});

test('a stopped watcher signals nothing', async () => {
  const watcher = await watched.start();
  await watcher.stop();
  await declare('a');
  await watched.start();
  expect(await watched.untilSignals('a', 1)).toBe(1);
});

test('a lost workflow is started again, and others are not signalled', async () => {
  await declare('lost');
  await declare('kept');
  await watched.start({ resyncMs: 500 });
  await watched.untilSignals('kept', 1);
  await watched.untilSignals('lost', 1);
  const id = policyWorkflowId(shop(watched.policy('lost')));
  const { runId } = await watched.client.workflow.getHandle(id).describe();
  await watched.client.workflow.getHandle(id).terminate();
  await eventually(
    async () => (await watched.client.workflow.getHandle(id).describe()).runId !== runId,
  );
  const restarted = await watched.signals('lost');
  expect(restarted).toBeGreaterThanOrEqual(1);
  expect(await watched.signals('kept')).toBeLessThanOrEqual(2); // visibility is behind at the first comparison
});

test('a workflow whose policy is deleted is signalled once, and one of another task queue never', async () => {
  await watched.startWorkflow('orphan');
  await watched.startWorkflow('foreign', `${watched.taskQueue}-other`);
  const query = `WorkflowId STARTS_WITH 'policy/shop/${watched.policy('')}'`;
  await eventually(async () => (await watched.client.workflow.count(query)).count === 2);
  await watched.start({ resyncMs: 100 });
  await watched.untilSignals('orphan', 1);
  await declare('later'); // several comparisons later
  await watched.untilSignals('later', 1);
  expect(await watched.signals('orphan')).toBe(1);
  expect(await watched.signals('foreign')).toBe(0);
});

test('the watcher signals at most 50 policies in a second', async () => {
  const policies = 75;
  for (let n = 0; n < policies; n += 1) await declare(`n${n}`);
  const { client, signalledAt } = instantClient();
  await watched.start({ client });
  await eventually(() => signalledAt.length === policies);
  const inTheSecondFrom = (start: number) =>
    signalledAt.filter((at) => at >= start && at < start + secondMs).length;
  expect(Math.max(...signalledAt.map(inTheSecondFrom))).toBeLessThanOrEqual(50);
});

/** 50 pauses of 20 ms. A timer of Node.js may end each a millisecond early. */
const secondMs = 50 * 19;

/** A client that signals without a call to the server, so that only the watcher takes time. */
function instantClient() {
  const signalledAt: number[] = [];
  const { connection } = watched.client;
  const signalWithStart = () => {
    signalledAt.push(performance.now());
    return Promise.resolve('run');
  };
  const client = new Client({ connection, interceptors: { workflow: [{ signalWithStart }] } });
  return { client, signalledAt };
}

test('changes while Temporal is away are signalled when it is back', async () => {
  const [host = '', port = ''] = (await temporalAddress()).split(':');
  const proxy = createServer((socket) => {
    const server = connect({ host, port: Number(port) });
    socket.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => socket.destroy()).pipe(socket);
  });
  const listen = (at: number) =>
    new Promise<void>((resolve) => proxy.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port: proxyPort } = proxy.address() as AddressInfo;
  await new Promise((resolve) => proxy.close(resolve));
  const connection = Connection.lazy({
    address: `127.0.0.1:${proxyPort}`,
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 1_000 },
  });
  const watcher = await watched.start({ client: new Client({ connection }) });
  await declare('a');
  await eventually(() => watched.logged.some((line) => line.includes('task failed')));
  expect(await watched.signals('a')).toBe(0);
  await listen(proxyPort);
  await watched.untilSignals('a', 1);
  await watcher.stop();
  await connection.close();
  proxy.close();
});
