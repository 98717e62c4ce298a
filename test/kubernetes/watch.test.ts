import { CoordinationV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import type { ResourceRef } from '../../core/document/document.ts';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import type { SourceChange } from '../../sources/source.ts';
import { fixedNamespaces } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { noMetrics } from '../../watcher/metrics.ts';
import { takeTurns } from '../../watcher/take-turns.ts';
import { asServiceAccount } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { openCluster, type Cluster } from './cluster.ts';
import { allow } from './rights.ts';

let cluster: Cluster;
let stop: AbortController;

beforeAll(async () => {
  cluster = await openCluster({ watched: false });
  stop = new AbortController();
}, 120_000);

afterAll(async () => {
  stop.abort();
  await cluster.close();
});

/** Changes that a source reports, as `policy name` and `secret name`. */
function changesSeenBy(config?: KubeConfig) {
  const changes: string[] = [];
  const troubles: string[] = [];
  const source = cluster.source(config, ({ code }) => void troubles.push(code));
  const note = ({ kind, ref }: SourceChange) => void changes.push(`${kind} ${ref.name}`);
  const begun = source.watch(note, stop.signal);
  return { source, changes, troubles, begun };
}

/** A proxy before the API server that can be cut off and restored. */
async function openDoor() {
  const { server } = cluster.config.getCurrentCluster() ?? {};
  const { hostname, port } = new URL(server ?? '');
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  const open = (at: number) =>
    new Promise<void>((resolve) => proxy.listen(at, '127.0.0.1', resolve));
  const shut = async () => {
    const closed = new Promise((resolve) => proxy.close(resolve));
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await closed;
  };
  await open(0);
  const { port: own } = proxy.address() as AddressInfo;
  const config = new KubeConfig();
  const its = cluster.config.getCurrentCluster();
  const user = cluster.config.getCurrentUser();
  if (its === null || user === null) throw new Error('no cluster');
  config.loadFromClusterAndUser({ ...its, server: `https://127.0.0.1:${own}` }, user);
  return { config, shut, open: () => open(own) };
}

test('a new policy, a new spec, a requested check and a deletion are changes; a status is not', async () => {
  const { changes, begun, source } = changesSeenBy();
  await begun;
  const { metadata } = await cluster.policy('plain', { suspend: true });
  await eventually(() => changes.length === 1);
  const ref: ResourceRef = { namespace: cluster.namespace, name: 'plain' };
  const version = `${metadata.uid}.1`;
  await source.writeStatus({ ref, version }, () => ({ conditions: [], last_error: 'x' }), version);
  await cluster.policies.annotate('plain', { unrelated: 'x' });
  await cluster.policies.annotate('plain', { 'pgwarden.io/reconcile-requested-at': 'now' });
  await eventually(() => changes.length === 2);
  await cluster.policy('plain', { suspend: true, interval: '1h' });
  await eventually(() => changes.length === 3);
  await cluster.policies.delete('plain');
  await eventually(() => changes.length === 4);
  expect(new Set(changes)).toEqual(new Set(['policy plain']));
});

test('a status is not written to a policy created again, and nothing is written to a deleted one', async () => {
  const source = cluster.source();
  const ref = { namespace: cluster.namespace, name: 'reborn' };
  const { metadata: first } = await cluster.policy('reborn', { suspend: true });
  await cluster.policies.delete('reborn');
  const status = () => ({ conditions: [], last_error: 'of the first' });
  const handle = { ref, version: `${first.uid}.1` };
  await source.writeStatus(handle, status);
  await cluster.policy('reborn', { suspend: true });
  await source.writeStatus(handle, status);
  expect((await cluster.policies.read('reborn')).status).toBeUndefined();
});

test('a policy outside the target namespaces is no change', async () => {
  await cluster.policy('outside', { suspend: true });
  const { namespace } = cluster;
  const sourceOf = (...names: string[]) =>
    kubernetesSource({
      ...{ namespace, instance: 'test', onTrouble: () => undefined },
      namespaces: fixedNamespaces(names.length === 0 ? undefined : names),
      client: apiClient(kubeconfigCredentials(cluster.config)),
    });
  const ref = { namespace, name: 'outside' };
  expect(await sourceOf('elsewhere').readPolicy(ref)).toBeUndefined();
  expect(await sourceOf('elsewhere', namespace).readPolicy(ref)).toBeDefined();
  expect(await sourceOf().readPolicy(ref)).toBeDefined();
  expect(await sourceOf('elsewhere').listPolicies()).toEqual([]);
  expect(await sourceOf('elsewhere', namespace).listPolicies()).toContainEqual(ref);
});

test('the users of a Secret are known from the watch, and without one from a request', async () => {
  await cluster.policy('uses-one', { suspend: true, connection: { secretRef: { name: 'one' } } });
  await cluster.policy('uses-two', {
    suspend: true,
    connection: { secretRef: { name: 'two' } },
    roles: [{ name: 'app', login: true, password: { secretRef: { name: 'one' } } }],
  });
  const { namespace } = cluster;
  const users = [
    { namespace, name: 'uses-one' },
    { namespace, name: 'uses-two' },
  ];
  const { source, begun } = changesSeenBy();
  expect(await source.policiesUsing({ namespace, name: 'one' })).toEqual(users);
  await begun;
  expect(await source.policiesUsing({ namespace, name: 'one' })).toEqual(users);
});

test('changes while the API server is away are reported when it is back', async () => {
  await cluster.policy('stays', { suspend: true });
  await cluster.policy('goes', { suspend: true });
  await cluster.secret('turns', { a: '1' });
  const door = await openDoor();
  const { changes, troubles, begun } = changesSeenBy(door.config);
  await begun;
  await door.shut();
  await cluster.policy('comes', { suspend: true });
  await cluster.policies.delete('goes');
  await cluster.secret('turns', { a: '2' });
  await eventually(() => troubles.length > 3);
  expect(new Set(troubles)).toEqual(new Set(['KubernetesUnavailable']));
  expect(changes).toEqual([]);
  await door.open();
  await eventually(() => changes.length === 3);
  expect(changes.sort()).toEqual(['policy comes', 'policy goes', 'secret turns']);
  await door.shut();
});

test('a forbidden watch is reported repeatedly, and starts as soon as it is allowed', async () => {
  const { namespace, config } = cluster;
  await cluster.core.createNamespacedServiceAccount({
    namespace,
    body: { metadata: { name: 'newcomer' } },
  });
  await allowToWatch('pgroles.io', 'postgrespolicies');
  const { changes, troubles, begun } = changesSeenBy(
    await asServiceAccount(config, namespace, 'newcomer'),
  );
  await eventually(() => troubles.includes('KubernetesForbidden'));
  await begun;
  await cluster.policy('allowed', { suspend: true });
  await eventually(() => changes.includes('policy allowed'));
  await allowToWatch('', 'secrets');
  await cluster.secret('allowed', { a: '1' });
  await eventually(() => changes.includes('secret allowed'));
});

function allowToWatch(group: string, resource: string): Promise<void> {
  const rules = [{ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] }];
  const { config, namespace } = cluster;
  return allow(config, namespace, { account: 'newcomer', name: resource, rules });
}

/** A watcher process that competes with others for a Lease of one and a half seconds. */
function turnsOf(name: string, config: KubeConfig) {
  const its = new AbortController();
  const turns: boolean[] = [];
  const { ended } = takeTurns(
    {
      client: cluster.bench.client,
      taskQueue: cluster.bench.taskQueue,
      log: pino({ level: 'silent' }),
      metrics: {
        ...noMetrics,
        leads: (leads) => void turns.push(leads),
      },
      signal: its.signal,
    },
    {
      cluster: { client: apiClient(kubeconfigCredentials(config)), namespace: cluster.namespace },
      open: () => Promise.resolve({ source: cluster.source(config) }),
      env: { POD_NAME: name },
      onTrouble: () => undefined,
      durationMs: 1_500,
    },
  );
  const leads = () => turns.at(-1) === true;
  const stopped = async () => {
    its.abort();
    await ended;
  };
  return { turns, leads, stopped };
}

async function holder(): Promise<string | undefined> {
  const api = cluster.config.makeApiClient(CoordinationV1Api);
  const { namespace } = cluster;
  const { spec } = await api.readNamespacedLease({ namespace, name: 'pgwarden-watcher' });
  return spec?.holderIdentity?.replace(/_.*/, '');
}

test('of two watchers one leads; the other takes over when it stops, or when it is cut off', async () => {
  const first = turnsOf('first', cluster.asWatcher);
  await eventually(first.leads);
  const door = await openDoor();
  const second = turnsOf('second', door.config);
  await eventually(() => second.turns.length > 0);
  expect([second.leads(), await holder()]).toEqual([false, 'first']);
  await first.stopped();
  await eventually(second.leads);
  expect(await holder()).toBe('second');
  const third = turnsOf('third', cluster.asWatcher);
  await eventually(() => third.turns.length > 0);
  expect(third.leads()).toBe(false);
  await door.shut();
  await eventually(() => !second.leads());
  await eventually(third.leads);
  expect(await holder()).toBe('third');
  await third.stopped();
  expect(await holder()).toBe('');
  await second.stopped();
});
