import { CoreV1Api, RbacAuthorizationV1Api, VersionApi } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { asServiceAccount, freshNamespace, kubernetes, userOf } from '../setup/kubernetes.ts';
import { kubeconfigPath } from '../setup/servers.ts';

test('the API server says which version of Kubernetes it is', async () => {
  const config = await kubernetes();
  const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
  expect(gitVersion).toMatch(/^v1\.\d+\.\d+$/);
});

test('everyone who asks gets the same API server, and a separate namespace', async () => {
  expect(await kubeconfigPath()).toBe(await kubeconfigPath());
  const config = await kubernetes();
  const namespaces = [await freshNamespace(config), await freshNamespace(config)];
  expect(new Set(namespaces).size).toBe(2);
});

test('a ServiceAccount can do what its roles allow, and nothing else', async () => {
  const admin = await kubernetes();
  const namespace = await freshNamespace(admin);
  await admin
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'reader' } } });
  await allowToReadSecrets(namespace);
  const reader = await asServiceAccount(admin, namespace, 'reader');
  expect(await userOf(reader)).toBe(`system:serviceaccount:${namespace}:reader`);
  const core = reader.makeApiClient(CoreV1Api);
  expect((await core.listNamespacedSecret({ namespace })).items).toEqual([]);
  await expect(core.listNamespacedConfigMap({ namespace })).rejects.toMatchObject({ code: 403 });
});

async function allowToReadSecrets(namespace: string): Promise<void> {
  const rbac = (await kubernetes()).makeApiClient(RbacAuthorizationV1Api);
  const metadata = { name: 'reader', namespace };
  await rbac.createNamespacedRole({
    namespace,
    body: { metadata, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }] },
  });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
    },
  });
}
