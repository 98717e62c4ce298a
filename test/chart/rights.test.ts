import { randomUUID } from 'node:crypto';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { manifests, template } from './helm.ts';
import { installed, rightsIn } from './installed.ts';

const worker = {
  withPolicies: [
    'get postgrespolicies',
    'list postgrespolicies',
    'patch postgrespolicies',
    'patch postgrespolicies/status',
    'get secrets',
    'create secrets',
    'create events',
  ],
  own: ['get secrets pgwarden-version-key', 'create secrets'],
};

const watcher = {
  withPolicies: [
    'list postgrespolicies',
    'watch postgrespolicies',
    'list secrets',
    'watch secrets',
  ],
  own: ['get leases pgwarden-watcher', 'update leases pgwarden-watcher', 'create leases'],
};

describe('with a list of namespaces', () => {
  let own: string, watched: string, other: string;
  let as: Record<'worker' | 'watcher', KubeConfig>;

  beforeAll(async () => {
    const admin = await kubernetes();
    [own, watched, other] = [
      await freshNamespace(admin),
      await freshNamespace(admin),
      await freshNamespace(admin),
    ];
    as = await installed(own, watched, [`watchNamespaces={${watched}}`]);
  });

  test('the worker may do in them what it needs, and nothing else', async () => {
    expect(await rightsIn(as.worker, watched)).toEqual(worker.withPolicies.toSorted());
  });

  test('the watcher may do in them what it needs, and nothing else', async () => {
    expect(await rightsIn(as.watcher, watched)).toEqual(watcher.withPolicies.toSorted());
  });

  test("in the release's own namespace each may keep what is its own", async () => {
    expect(await rightsIn(as.worker, own)).toEqual(worker.own.toSorted());
    expect(await rightsIn(as.watcher, own)).toEqual(watcher.own.toSorted());
  });

  test('neither may do anything in other namespaces', async () => {
    expect(await rightsIn(as.worker, other)).toEqual([]);
    expect(await rightsIn(as.watcher, other)).toEqual([]);
  });

  test('neither may read Secrets of the whole cluster, nor of another namespace', async () => {
    for (const config of Object.values(as)) {
      const core = config.makeApiClient(CoreV1Api);
      await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
      const elsewhere = { namespace: other, name: 'database' };
      await expect(core.readNamespacedSecret(elsewhere)).rejects.toMatchObject({ code: 403 });
    }
  });
});

describe('without a list of namespaces', () => {
  let own: string, other: string;
  let as: Record<'worker' | 'watcher', KubeConfig>;

  beforeAll(async () => {
    const admin = await kubernetes();
    [own, other] = [await freshNamespace(admin), await freshNamespace(admin)];
    as = await installed(own, other);
  });

  test('both may do the same in every namespace, and nothing else', async () => {
    expect(await rightsIn(as.worker, other)).toEqual(worker.withPolicies.toSorted());
    expect(await rightsIn(as.watcher, other)).toEqual(watcher.withPolicies.toSorted());
  });

  test('neither may change a Secret, and the worker may not list them', async () => {
    const body = { metadata: { labels: { seen: 'yes' } } };
    for (const config of Object.values(as)) {
      const core = config.makeApiClient(CoreV1Api);
      const patch = core.patchNamespacedSecret({ namespace: other, name: 'database', body });
      await expect(patch).rejects.toMatchObject({ code: 403 });
    }
    const core = as.worker.makeApiClient(CoreV1Api);
    await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
  });
});

test('who may view a namespace sees its policies, who may edit it changes them', async () => {
  const admin = await kubernetes();
  const namespace = await freshNamespace(admin);
  const all = manifests(await template('production', { name: releaseName(), namespace }));
  const roles = all.filter(({ metadata }) => /-(view|edit)$/.test(metadata.name));
  expect(roles.map(({ kind, metadata: { labels }, rules }) => ({ kind, labels, rules }))).toEqual([
    expect.objectContaining({
      labels: expect.objectContaining({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }),
      rules: [expect.objectContaining({ verbs: ['get', 'list', 'watch'] })],
    }),
    expect.objectContaining({
      labels: expect.not.objectContaining({
        'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      }),
      rules: [
        expect.objectContaining({
          verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
        }),
      ],
    }),
  ]);
});

function releaseName(): string {
  return `r-${randomUUID()}`;
}
