import { CoreV1Api, KubernetesObjectApi, type KubeConfig } from '@kubernetes/client-node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { uniqueName } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { together } from './expected-rights.ts';
import { template, manifests } from './helm.ts';
import { granted, installed, rightsIn, rightsRendered, type Accounts } from './installed.ts';
import { wantedIn, type WantedObject } from './wanted.ts';

/** The Roles that the watcher creates from its ConfigMap, with its own token and no other permissions. */

const forbidden = { code: 403 };

async function fresh(): Promise<string> {
  return freshNamespace(await kubernetes());
}

async function wanted(own: string, set: readonly string[]): Promise<readonly WantedObject[]> {
  return wantedIn(manifests(await template('production', { namespace: own, set })));
}

async function create(config: KubeConfig, all: readonly WantedObject[], namespace: string) {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const { metadata, ...rest } of all)
    await api.create({ ...rest, metadata: { ...metadata, namespace } });
}

async function remove(config: KubeConfig, all: readonly WantedObject[], namespace: string) {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const { metadata, ...rest } of all)
    await api.delete({ ...rest, metadata: { ...metadata, namespace } });
}

async function until(config: KubeConfig, namespace: string, rights: readonly string[]) {
  await eventually(async () => {
    const known = await rightsIn(config, namespace);
    return known.length === rights.length && rights.every((right) => known.includes(right));
  });
}

describe('in mode dynamic', () => {
  const set = ['namespaces.mode=dynamic'];
  let own: string;
  let as: Accounts;

  beforeAll(async () => {
    own = await fresh();
    as = await installed(own, set);
  });

  test('the watcher creates a namespace and grants the worker permissions only there', async () => {
    const [name, foreign] = [uniqueName('test').replace('_', '-'), await fresh()];
    const labels = { 'pgwarden.io/installation': `pgwarden-${own}` };
    const core = as.watcher.makeApiClient(CoreV1Api);
    await core.createNamespace({ body: { metadata: { name, labels } } });
    await create(as.watcher, await wanted(own, set), name);
    await until(as.worker, name, together('worker'));
    expect(await rightsIn(as.worker, foreign)).toEqual([]);
    await remove(as.watcher, await wanted(own, set), name);
    await until(as.worker, name, []);
  });

  test('the watcher cannot grant permissions that it does not have', async () => {
    await refusesMore(as.watcher, await fresh());
  });

  test('without reconcileRBAC the watcher creates no Role', async () => {
    const quiet = await fresh();
    const { watcher } = await installed(quiet, [...set, 'namespaces.reconcileRBAC=false']);
    const [role] = await wanted(quiet, set);
    await expect(create(watcher, role === undefined ? [] : [role], own)).rejects.toMatchObject(
      forbidden,
    );
  });
});

describe.each(['readonly', 'disabled'])('in mode %s', (mode) => {
  let own: string, target: string, set: readonly string[];
  let as: Accounts;

  beforeAll(async () => {
    [own, target] = [await fresh(), await fresh()];
    set = [`namespaces.mode=${mode}`, `namespaces.list={${target}}`];
    as = await installed(own, set);
  });

  test('the watcher restores deleted Roles, including its own', async () => {
    const all = await wanted(own, set);
    await remove(await kubernetes(), all, target);
    await until(as.worker, target, []);
    await create(as.watcher, all, target);
    await until(as.worker, target, together('worker'));
  });

  test('the watcher cannot grant permissions that it does not have', async () => {
    await refusesMore(as.watcher, target);
  });

  test('the watcher creates no Role in a namespace without permission', async () => {
    const all = await wanted(own, set);
    await expect(create(as.watcher, all, await fresh())).rejects.toMatchObject(forbidden);
  });

  test('an administrator of another namespace creates the same Roles with helm template -s', async () => {
    const other = await fresh();
    const rendered = await template('production', {
      namespace: own,
      set: [`namespaces.mode=${mode}`, `namespaces.list={${other}}`],
      only: 'templates/rbac-targets.yaml',
    });
    const all = manifests(rendered);
    expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set([other]));
    expect(await applied(all)).toMatchObject({ stderr: '' });
    await granted(as, all, own);
    for (const config of [as.worker, as.watcher])
      expect(await rightsIn(config, other)).toEqual(await rightsIn(config, target));
  });
});

async function refusesMore(watcher: KubeConfig, namespace: string): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const role: WantedObject = {
    ...{ apiVersion, kind: 'Role', metadata: { name: 'more', labels: {} } },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['delete'] }],
  };
  const binding: WantedObject = {
    ...{ apiVersion, kind: 'RoleBinding', metadata: { name: 'more', labels: {} } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'pgwarden-worker', namespace }],
  };
  const refused = { ...forbidden, body: expect.stringContaining('not currently held') };
  for (const object of [role, binding])
    await expect(create(watcher, [object], namespace)).rejects.toMatchObject(refused);
}

test('the watcher creates the same Roles as the chart', async () => {
  const [own, target] = [await fresh(), await fresh()];
  const set = ['namespaces.mode=disabled', `namespaces.list={${target}}`];
  const all = (await rightsRendered(own, set)).filter(
    ({ kind, metadata }) =>
      kind.startsWith('Role') && metadata.namespace === target && !/-local$/.test(metadata.name),
  );
  const expected = (await wanted(own, set)).map(({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, namespace: target },
  }));
  expect(all).toEqual(expect.arrayContaining(expected));
  expect(all).toHaveLength(4);
});
