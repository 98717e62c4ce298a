import { CoreV1Api, KubernetesObjectApi, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { asServiceAccount, freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { manifests, template } from './helm.ts';
import { rightsIn } from './installed.ts';

test('a user with all rights in one namespace and none in the cluster can install the pattern for one namespace', async () => {
  const admin = await kubernetes();
  const namespace = await freshNamespace(admin);
  const team = { metadata: { name: 'team' } };
  await admin.makeApiClient(CoreV1Api).createNamespacedServiceAccount({ namespace, body: team });
  await admin.makeApiClient(RbacAuthorizationV1Api).createNamespacedRoleBinding({
    namespace,
    body: {
      ...team,
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'cluster-admin',
      },
      subjects: [{ kind: 'ServiceAccount', name: 'team', namespace }],
    },
  });
  const config = await asServiceAccount(admin, namespace, 'team');
  await eventually(async () => (await rightsIn(config, namespace)).includes('* *'));
  const api = KubernetesObjectApi.makeApiClient(config);
  const all = manifests(await template('own-namespace', { namespace }));
  for (const { metadata, ...rest } of all)
    await api.create({ ...rest, metadata: { ...metadata, namespace } });
  expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
  const cluster = config.makeApiClient(CoreV1Api);
  await expect(cluster.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
});
