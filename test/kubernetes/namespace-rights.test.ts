import { expect, test } from '@jest/globals';
import type { V1PolicyRule } from '@kubernetes/client-node';
import { eventually } from '../workflows/wait.ts';
import { conditionOf } from './cluster.ts';
import type { Operator } from './operator.ts';
import { policiesIn } from './policies.ts';
import { allow, rights } from './rights.ts';
import {
  adminOf,
  becomesReady,
  grantRoles,
  rbacIn,
  readyTenant,
  tenantsOfFile,
} from './tenants.ts';

const tenants = tenantsOfFile();

/** Gives worker and watcher their rights in a namespace, as an administrator does. */
async function grantBoth({ config, namespace }: Operator, tenant: string): Promise<void> {
  for (const account of ['worker', 'watcher'] as const) {
    const rules = rights[account].filter(({ resources }) => !resources.includes('leases'));
    await allow(config, tenant, { account, home: namespace, name: account, rules });
  }
}

async function setRules(
  operator: Operator,
  namespace: string,
  rules: readonly V1PolicyRule[],
): Promise<void> {
  const body = { metadata: { name: 'worker' }, rules: [...rules] };
  await adminOf(operator).rbac.replaceNamespacedRole({ namespace, name: 'worker', body });
}

async function isNotReady({ config }: Operator, tenant: string): Promise<boolean> {
  const stored = await policiesIn(config, tenant).read('main');
  const found = ['False', 'Unknown'].map((status) =>
    conditionOf(stored, 'Ready', { status, reason: 'NamespaceRightsMissing' }),
  );
  return found.some((condition) => condition !== undefined);
}

test('any right that the worker lacks is reported in the state of the namespace and by its policies, until it is back', async () => {
  const operator = await tenants.operatorWith({ mode: 'readonly', reconcileRbac: false });
  const tenant = await adminOf(operator).create(operator.installation);
  await grantBoth(operator, tenant);
  await operator.start();
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  for (const [index, lost] of rights.worker.entries()) {
    await setRules(operator, tenant, rights.worker.toSpliced(index, 1));
    const verbs = lost.verbs.map((verb) => `${verb} ${lost.resources[0] ?? ''}`).join(', ');
    const reason = await operator.until(tenant, 'RBACMissing');
    expect(reason).toBe(`the worker may not ${verbs} in namespace ${tenant}`);
    await eventually(() => isNotReady(operator, tenant));
    await setRules(operator, tenant, rights.worker);
    await operator.until(tenant, 'Running');
    await becomesReady(operator, tenant);
  }
}, 120_000);

test('dynamic without RBAC reconciliation: a deleted Role of the worker is reported by policies and state', async () => {
  const operator = await tenants.operatorWith({
    mode: 'dynamic',
    reconcileRbac: false,
    rules: onlyNamespaces,
  });
  const { rbac, create } = adminOf(operator);
  const tenant = await create(operator.installation);
  await grantBoth(operator, tenant);
  await operator.start({ list: [tenant] });
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  await rbac.deleteNamespacedRole({ namespace: tenant, name: 'worker' });
  expect(await operator.until(tenant, 'RBACMissing')).toContain('the worker may not get');
  await eventually(() => isNotReady(operator, tenant));
});

test('dynamic: rights that the worker lacks are reported even after the watcher has lost its rights in the cluster', async () => {
  const operator = await tenants.started({ mode: 'dynamic' });
  const { rbac, create } = adminOf(operator);
  const tenant = await create(operator.installation);
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  await operator.grant([]);
  await rbac.deleteNamespacedRole({ namespace: tenant, name: `${operator.installation}-worker` });
  expect(await operator.until(tenant, 'RBACMissing')).toContain('the worker may not get');
  await eventually(() => isNotReady(operator, tenant));
});

test('a watcher that cannot check rights reports them as unknown, and continues', async () => {
  const operator = await tenants.operatorWith({ mode: 'readonly', reconcileRbac: false });
  const tenant = await adminOf(operator).create(operator.installation);
  await grantBoth(operator, tenant);
  const rules = rights.watcher.slice(0, 2);
  const body = { metadata: { name: 'watcher' }, rules };
  const { rbac } = adminOf(operator);
  await rbac.replaceNamespacedRole({ namespace: tenant, name: 'watcher', body });
  await operator.start();
  expect(await operator.until(tenant, 'Running')).toContain(
    'the rights of the worker in it are unknown',
  );
});

const onlyNamespaces = [
  {
    apiGroups: [''],
    resources: ['namespaces'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
  },
];

test('a Role of pgwarden with the label of another installation is corrected, and removed when the namespace leaves', async () => {
  const label = 'pgwarden.io/installation';
  const operator = await tenants.started({ mode: 'dynamic' });
  const { rbac, create } = adminOf(operator);
  const tenant = await create(operator.installation);
  await operator.until(tenant, 'Running');
  const place = { namespace: tenant, name: `${operator.installation}-worker` };
  const { metadata } = await rbac.readNamespacedRole(place);
  const labels = { ...metadata?.labels, [label]: 'other-installation' };
  const body = { metadata: { name: place.name, labels }, rules: [] };
  await rbac.replaceNamespacedRole({ ...place, body });
  await eventually(async () => {
    const { rules, metadata: now } = await rbac.readNamespacedRole(place);
    return rules?.[0] !== undefined && now?.labels?.[label] === metadata?.labels?.[label];
  });
  await adminOf(operator).label(tenant, undefined);
  await operator.until(tenant, 'Gone');
  await expect(rbac.readNamespacedRole(place)).rejects.toThrow('404');
});

test('an installation with a new name releases everything under the former one, and leaves nothing behind', async () => {
  const operator = await tenants.started({ mode: 'dynamic' });
  const tenant = await adminOf(operator).create(operator.installation);
  await tenants.declare(operator, tenant, { deletion_policy: 'Revoke' });
  await becomesReady(operator, tenant);
  await operator.stop();
  await operator.start({ installation: `${operator.installation}-new` });
  expect(await operator.until(tenant, 'Gone')).toBe('nothing of ours is left in it');
  expect(await rbacIn(operator, tenant)).toEqual([]);
  const { metadata } = await policiesIn(operator.config, tenant).read('main');
  expect(metadata.finalizers).toBeUndefined();
});

test('a namespace without a label of an installation is released, and no policy in it waits', async () => {
  const { operator, admin, tenant } = await readyTenant(
    tenants,
    { mode: 'dynamic' },
    { deletion_policy: 'Revoke' },
  );
  await admin.label(tenant, 'nobody-has-this');
  expect(await operator.until(tenant, 'Gone')).toBe('nothing of ours is left in it');
  const policies = policiesIn(operator.config, tenant);
  const left = conditionOf(await policies.read('main'), 'Ready', {
    status: 'Unknown',
    reason: 'NamespaceLeft',
  });
  expect(left?.message).toBe(
    'pgwarden no longer manages this namespace; the database stays as it is',
  );
  await policies.delete('main');
  await expect(policies.read('main')).rejects.toThrow('404');
});

test('a watcher without its report finds its former resources in namespaces that are no longer its own', async () => {
  const { operator, admin, tenant } = await readyTenant(
    tenants,
    { mode: 'dynamic' },
    { deletion_policy: 'Revoke' },
  );
  await operator.stop();
  await admin.label(tenant, undefined);
  const report = { namespace: operator.namespace, name: 'pgwarden-namespaces' };
  await admin.core.deleteNamespacedConfigMap(report);
  await operator.start();
  await operator.until(tenant, 'Gone');
  expect(await rbacIn(operator, tenant)).toEqual([]);
  const { metadata } = await policiesIn(operator.config, tenant).read('main');
  expect(metadata.finalizers).toBeUndefined();
});

test('auto without a list continues with its own namespace after rights were granted and revoked', async () => {
  const operator = await tenants.operatorWith({ mode: 'auto', rules: [] });
  await grantRoles(operator, operator.namespace);
  const tenant = await adminOf(operator).create(operator.installation);
  await grantRoles(operator, tenant);
  await operator.start();
  await operator.until(operator.namespace, 'Running');
  await operator.grant([{ apiGroups: [''], resources: ['namespaces'], verbs: ['*'] }]);
  await operator.until(tenant, 'Running');
  await operator.grant([]);
  await eventually(async () => (await operator.mode()) === 'disabled');
  await operator.until(operator.namespace, 'Running');
  await operator.until(tenant, 'Running');
});

test('objects that others created under names of pgwarden stay, and are reported', async () => {
  const operator = await tenants.started({ mode: 'readonly' });
  const admin = adminOf(operator);
  const tenant = await admin.create(operator.installation);
  await grantRoles(operator, tenant);
  const name = `${operator.installation}-worker`;
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  await operator.until(tenant, 'Running');
  await admin.rbac.deleteNamespacedRole({ namespace: tenant, name });
  await admin.rbac
    .createNamespacedRole({ namespace: tenant, body: { metadata: { name, labels }, rules: [] } })
    .catch(() => undefined); // the watcher was faster
  const body = { metadata: { name, labels }, rules: [] };
  await admin.rbac.replaceNamespacedRole({ namespace: tenant, name, body });
  await admin.label(tenant, undefined);
  expect(await operator.until(tenant, 'Gone')).toBe(
    `these objects remain because pgwarden did not create them: Role ${tenant}/${name}`,
  );
});

test('an error while a namespace is released names the finalizer that may stay, and how to remove it', async () => {
  const operator = await tenants.operatorWith({ mode: 'readonly', reconcileRbac: false });
  const admin = adminOf(operator);
  const tenant = await admin.create(operator.installation);
  await grantBoth(operator, tenant);
  await operator.start();
  await operator.until(tenant, 'Running');
  await admin.rbac.deleteNamespacedRole({ namespace: tenant, name: 'watcher' });
  await operator.until(tenant, 'RBACMissing');
  await admin.label(tenant, undefined);
  await eventually(async () => {
    const { reason } = (await operator.states()).find(({ name }) => name === tenant) ?? {};
    return (
      reason?.startsWith('some objects remain: cannot list policies') === true &&
      reason.includes(`remove it: kubectl -n ${tenant} patch postgrespolicy NAME`)
    );
  });
});

test('disabled: a listed namespace without rights is reported as possibly deleted', async () => {
  const operator = await tenants.started({ mode: 'disabled', list: ['never-was'] });
  expect(await operator.until('never-was', 'RBACMissing')).toContain(
    'or it was deleted, which mode disabled cannot detect',
  );
});
