import { CoreV1Api, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { afterAll, describe, expect, test } from '@jest/globals';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { uniqueName } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { together } from './expected-rights.ts';
import { kubectl, manifests, template } from './helm.ts';
import { rightsIn } from './installed.ts';
import { operatorOf } from './operator.ts';

/** The watcher and the worker with the permissions and settings of the chart, and no others. */

const stop = new AbortController();

afterAll(() => {
  stop.abort();
});

async function fresh(): Promise<string> {
  return freshNamespace(await kubernetes());
}

async function label(namespace: string, text: string): Promise<void> {
  const { stderr } = await kubectl(['label', 'namespace', namespace, text]);
  expect(stderr).toBe('');
}

describe.each(['disabled', 'auto', 'readonly'])('in mode %s', (mode) => {
  test('the Roles of the chart need no correction, and the watcher restores them when someone deletes them', async () => {
    const [own, target] = [await fresh(), await fresh()];
    const set = [`namespaces.mode=${mode}`, `namespaces.list={${target}}`];
    const operator = await operatorOf(own, set, stop.signal);
    await operator.until(target, 'Running');
    expect(operator.corrected).toEqual([]);
    if (mode !== 'disabled') await operator.untilTold(target);
    const rbac = (await kubernetes()).makeApiClient(RbacAuthorizationV1Api);
    const name = `pgwarden-${own}-worker`;
    await rbac.deleteNamespacedRole({ namespace: target, name });
    await eventually(() => operator.corrected.length > 0);
    expect(operator.corrected).toEqual([`Role ${target}/${name} created`]);
    await eventually(async () =>
      (await rightsIn(operator.as.worker, target)).includes('get secrets'),
    );
    expect(operator.troubles).toEqual([]);
  });
});

test('in mode dynamic the watcher creates a listed namespace with all its Roles', async () => {
  const [own, target] = [await fresh(), uniqueName('test').replace('_', '-')];
  const set = ['namespaces.mode=dynamic', `namespaces.list={${target}}`];
  const operator = await operatorOf(own, set, stop.signal);
  await operator.until(target, 'Running');
  await operator.untilTold(target);
  const core = (await kubernetes()).makeApiClient(CoreV1Api);
  const { metadata } = await core.readNamespace({ name: target });
  expect(metadata?.labels).toMatchObject({ 'pgwarden.io/installation': operator.installation });
  await eventually(async () => (await rightsIn(operator.as.worker, target)).length > 0);
  expect(await rightsIn(operator.as.worker, target)).toEqual(together('worker'));
  expect(operator.troubles).toEqual([]);
});

test('in mode dynamic a label adds a namespace, and removing it removes all permissions', async () => {
  const [own, target] = [await fresh(), await fresh()];
  const operator = await operatorOf(own, ['namespaces.mode=dynamic'], stop.signal);
  await label(target, `pgwarden.io/installation=${operator.installation}`);
  await operator.until(target, 'Running');
  await eventually(async () => (await rightsIn(operator.as.worker, target)).length > 0);
  await label(target, 'pgwarden.io/installation-');
  expect(await operator.until(target, 'Gone')).toBe('nothing of ours is left in it');
  await eventually(async () => (await rightsIn(operator.as.worker, target)).length === 0);
  expect(operator.troubles).toEqual([]);
});

test('in mode auto the ClusterRole of another mode switches to that mode, without a restart', async () => {
  const [own, target] = [await fresh(), await fresh()];
  const operator = await operatorOf(own, ['namespaces.mode=auto'], stop.signal);
  await label(target, `pgwarden.io/installation=${operator.installation}`);
  await operator.until(own, 'Running');
  for (const [mode, state] of [
    ['readonly', 'RBACMissing'],
    ['dynamic', 'Running'],
  ] as const) {
    const rendered = await template('production', {
      namespace: own,
      set: [`namespaces.mode=${mode}`],
      only: 'templates/rbac.yaml',
    });
    expect(await applied(manifests(rendered))).toMatchObject({ stderr: '' });
    await operator.until(target, state);
  }
  await eventually(async () => (await rightsIn(operator.as.worker, target)).length > 0);
  expect(await rightsIn(operator.as.worker, target)).toEqual(together('worker'));
});

test.each(['readonly', 'dynamic'])(
  'in mode %s without reconcileRBAC a labelled namespace waits for the Roles that helm template -s prints',
  async (mode) => {
    const [own, target] = [await fresh(), await fresh()];
    const set = [`namespaces.mode=${mode}`, 'namespaces.reconcileRBAC=false'];
    const operator = await operatorOf(own, set, stop.signal);
    await label(target, `pgwarden.io/installation=${operator.installation}`);
    expect(await operator.until(target, 'RBACMissing')).toContain('may not list postgrespolicies');
    const rendered = await template('production', {
      namespace: own,
      set: [...set, `namespaces.list={${target}}`],
      only: 'templates/rbac-targets.yaml',
    });
    expect(await applied(manifests(rendered))).toMatchObject({ stderr: '' });
    await operator.until(target, 'Running');
    expect(operator.corrected).toEqual([]);
  },
);
