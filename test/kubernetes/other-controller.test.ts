import { expect, test } from '@jest/globals';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { fixedNamespaces } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { policiesIn, policyNamed } from './policies.ts';

test('a policy that the pgroles operator manages is refused, and managed as soon as its finalizer is removed', async () => {
  const config = await kubernetes();
  const namespace = await freshNamespace(config);
  const source = kubernetesSource({
    client: apiClient(kubeconfigCredentials(config)),
    ...{ namespace, namespaces: fixedNamespaces([namespace]), instance: 'test' },
    onTrouble: () => undefined,
  });
  const changes: string[] = [];
  const stop = new AbortController();
  await source.watch(({ kind }) => void changes.push(kind), stop.signal);
  const theirs = policiesIn(config, namespace, 'pgroles-operator');
  const held = { metadata: { name: 'shop', finalizers: ['pgroles.io/finalizer'] } };
  await theirs.apply('shop', { ...policyNamed('shop'), ...held });
  await eventually(() => changes.length === 1);

  const ref = { namespace, name: 'shop' };
  const before = await source.readPolicy(ref);
  expect(before?.content).toMatchObject({ refusal: { code: 'OtherController' } });

  await theirs.apply('shop', { ...policyNamed('shop'), metadata: { name: 'shop' } });
  await eventually(() => changes.length === 2);
  const after = await source.readPolicy(ref);
  expect(after?.content).toHaveProperty('graph');
  expect(after?.version).not.toBe(before?.version);
  stop.abort();
});
