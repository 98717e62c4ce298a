import { randomUUID } from 'node:crypto';
import { ApiextensionsV1Api } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { kubectl, uninstall, upgrade } from './helm.ts';

/** No pods run on this server, so the test checks only the resources of Helm. */
test('an installation adopts the custom resource definition, an upgrade upgrades it, and uninstall keeps it', async () => {
  const config = await kubernetes();
  const namespace = await freshNamespace(config);
  const name = `r-${randomUUID()}`;
  const step = (mark: string) =>
    upgrade('production', {
      name,
      namespace,
      set: ['fullnameOverride=access', `crds.annotations.example\\.com/mark=${mark}`],
    });

  expect(await step('first')).toMatchObject({ code: 0 });
  expect(await annotations()).toMatchObject({
    'example.com/mark': 'first',
    'meta.helm.sh/release-name': name,
  });
  expect(await step('second')).toMatchObject({ code: 0 });
  expect(await annotations()).toMatchObject({ 'example.com/mark': 'second' });

  expect(await namesIn(namespace)).toEqual([
    'deployment.apps/access-watcher',
    'deployment.apps/access-worker',
    'poddisruptionbudget.policy/access-watcher',
    'poddisruptionbudget.policy/access-worker',
    'role.rbac.authorization.k8s.io/access-watcher',
    'role.rbac.authorization.k8s.io/access-worker',
    'rolebinding.rbac.authorization.k8s.io/access-watcher',
    'rolebinding.rbac.authorization.k8s.io/access-worker',
    'serviceaccount/access-watcher',
    'serviceaccount/access-worker',
  ]);

  expect(await uninstall(name, namespace)).toMatchObject({ code: 0 });
  expect(await annotations()).toMatchObject({ 'example.com/mark': 'second' });
  expect(await namesIn(namespace)).toEqual([]);

  async function annotations() {
    const api = config.makeApiClient(ApiextensionsV1Api);
    const definition = { name: 'postgrespolicies.pgroles.io' };
    const { metadata } = await api.readCustomResourceDefinition(definition);
    return metadata?.annotations;
  }
});

async function namesIn(namespace: string): Promise<readonly string[]> {
  const kinds = 'deployments,services,configmaps,serviceaccounts,roles,rolebindings,pdb';
  const { stdout } = await kubectl(['get', kinds, '-n', namespace, '-o', 'name']);
  return stdout
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('kube-root-ca.crt'))
    .sort();
}
