import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { lease } from '../../sources/kubernetes/lease.ts';
import { fixedNamespaces } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import { policiesIn, policyNamed } from '../kubernetes/policies.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { installed } from './installed.ts';

/** Runs the product with only the tokens of a release. */
test.each([
  [
    'a list of namespaces',
    (namespace: string) => ['namespaces.mode=disabled', `namespaces.list={${namespace}}`],
  ],
  ['no list of namespaces', () => []],
])('with %s worker and watcher can do their work', async (_what, set) => {
  const admin = await kubernetes();
  const [own, namespace] = [await freshNamespace(admin), await freshNamespace(admin)];
  const as = await installed(own, set(namespace));
  const ref = { namespace, name: 'shop' };
  const troubles: string[] = [];
  const sourceOf = (config: KubeConfig) =>
    kubernetesSource({
      client: apiClient(kubeconfigCredentials(config)),
      namespaces: fixedNamespaces(set(namespace).length === 0 ? undefined : [namespace]),
      ...{ namespace: own, instance: 'test' },
      onTrouble: ({ message }) => void troubles.push(message),
    });
  const worker = sourceOf(as.worker);
  const watcher = sourceOf(as.watcher);
  const stop = new AbortController();
  const changed = new Set<string>();
  await watcher.watch((change) => {
    if (change.ref.namespace === namespace) changed.add(`${change.kind} ${change.ref.name}`);
  }, stop.signal);

  const core = admin.makeApiClient(CoreV1Api);
  const stringData = { DATABASE_URL: 'postgresql://nobody@localhost/none' };
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'shop-admin' }, stringData },
  });
  const spec = { connection: { secretRef: { name: 'shop-admin' } } };
  await policiesIn(admin, namespace).create(policyNamed('shop', spec));
  await eventually(() => changed.has('policy shop') && changed.has('secret shop-admin'));
  expect(await watcher.listPolicies()).toContainEqual(ref);
  expect(await watcher.policiesUsing({ namespace, name: 'shop-admin' })).toEqual([ref]);

  const policy = await worker.readPolicy(ref);
  if (policy === undefined) throw new Error('there is no policy');
  expect(await worker.listPolicies()).toContainEqual(ref);
  expect((await worker.readSecret({ namespace, name: 'shop-admin' }))?.data.size).toBe(1);
  const secret = { namespace, name: 'shop-pgr-ana' };
  const made = await worker.createSecret(secret, policy, new Map([['password', 'generated']]));
  expect(made.owner).toEqual(ref);
  await worker.writeStatus(policy, () => ({ conditions: [], last_error: 'none' }));
  await worker.recordEvent(policy, { type: 'Normal', reason: 'Reconciled', message: 'In sync' });
  expect((await worker.readPolicy(ref))?.status.last_error).toBe('none');

  const turn = lease({
    client: apiClient(kubeconfigCredentials(as.watcher)),
    ref: { namespace: own, name: 'pgwarden-watcher' },
    ...{ identity: 'test', durationMs: 15_000 },
    onTrouble: ({ message }) => void troubles.push(message),
  });
  expect([await turn.hold(), await turn.hold()]).toEqual([true, true]);
  await turn.release();
  stop.abort();
  expect(troubles).toEqual([]);
});
