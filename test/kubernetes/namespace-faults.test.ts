import { expect, test } from '@jest/globals';
import { eventually } from '../workflows/wait.ts';
import { clusterRules, localRules } from './operator.ts';
import { policiesIn } from './policies.ts';
import {
  adminOf,
  becomesReady,
  grantRoles,
  rbacIn,
  readyTenant,
  workflowsIn,
  tenantsOfFile,
} from './tenants.ts';

const tenants = tenantsOfFile();

test.each([
  ['dynamic', () => Promise.resolve()],
  ['readonly', grantRoles],
  ['disabled', grantRoles],
])('%s: deleted Roles, edited rules and a changed roleRef are corrected', async (mode, prepare) => {
  const operator = await tenants.operatorWith({ mode });
  const { rbac, create } = adminOf(operator);
  const namespace = await create(operator.installation);
  await prepare(operator, namespace);
  await operator.start({ list: [namespace] });
  await operator.until(namespace, 'Running');
  const name = `${operator.installation}-worker`;
  const place = { namespace, name };
  const before = await rbac.readNamespacedRole(place);
  await rbac.deleteNamespacedRole(place);
  await eventually(async () => (await rbacIn(operator, namespace)).length === 4);
  const edited = await rbac.readNamespacedRole(place);
  await rbac.replaceNamespacedRole({
    ...place,
    body: { metadata: edited.metadata ?? {}, rules: [] },
  });
  await eventually(async () => {
    const { rules } = await rbac.readNamespacedRole(place);
    return JSON.stringify(rules) === JSON.stringify(before.rules);
  });
  const binding = await rbac.readNamespacedRoleBinding(place);
  await rbac.deleteNamespacedRoleBinding(place);
  const { apiGroup, kind } = binding.roleRef;
  await rbac
    .createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name, labels: binding.metadata?.labels ?? {} },
        subjects: binding.subjects ?? [],
        roleRef: { apiGroup, kind, name: 'other-installation' },
      },
    })
    .catch(() => undefined); // the operator was faster
  await eventually(async () => {
    const { items } = await rbac.listNamespacedRoleBinding({ namespace });
    const found = items.find((each) => each.metadata?.name === name);
    return found?.roleRef.name === name && found.subjects?.length === 1;
  });
});

test('a right that the watcher does not have is granted to nobody, and is reported', async () => {
  const rules = clusterRules.dynamic.slice(0, 2); // on namespaces and Roles
  const operator = await tenants.started({ mode: 'dynamic', rules });
  const tenant = await adminOf(operator).create(operator.installation);
  const reason = await operator.until(tenant, 'RBACMissing');
  expect(reason).toContain(`cannot correct Role ${tenant}/${operator.installation}-worker`);
  expect(reason).toContain('is attempting to grant RBAC permissions not currently held');
  expect(await rbacIn(operator, tenant)).toEqual([]);
});

test('auto: revoked and restored rights change the mode, and everything that still works continues', async () => {
  const { operator, tenant, role } = await readyTenant(tenants, {
    mode: 'auto',
    rules: clusterRules.dynamic,
  });
  expect(await operator.mode()).toBe('dynamic');
  await operator.grant([]);
  await eventually(async () => (await operator.mode()) === 'disabled');
  expect((await operator.states()).map(({ name }) => name)).toContain(tenant);
  await tenants.repairs(operator, tenant, role);
  await operator.grant(clusterRules.readonly);
  await eventually(async () => (await operator.mode()) === 'readonly');
  await operator.grant(clusterRules.dynamic);
  await eventually(async () => (await operator.mode()) === 'dynamic');
  await eventually(async () => (await operator.events()).length === 3);
  expect(await operator.events()).toEqual(
    expect.arrayContaining(['Warning NamespaceModeChanged', 'Normal NamespaceModeChanged']),
  );
});

test('a namespace that is deleted while its policies are managed is released, and nothing in it waits for pgwarden', async () => {
  const { operator, admin, tenant } = await readyTenant(
    tenants,
    { mode: 'dynamic' },
    { deletion_policy: 'Revoke' },
  );
  const policies = policiesIn(operator.config, tenant);
  await admin.core.deleteNamespace({ name: tenant });
  await policies.delete('main');
  await operator.until(tenant, 'Gone');
  await expect(policies.read('main')).rejects.toThrow('404');
  expect(await workflowsIn(operator, tenant)).toEqual([]);
});

test('a report that someone deletes or edits is written again', async () => {
  const operator = await tenants.started({ mode: 'dynamic' });
  const { core, create } = adminOf(operator);
  const tenant = await create(operator.installation);
  await operator.until(tenant, 'Running');
  const { namespace } = operator;
  const report = { namespace, name: 'pgwarden-namespaces' };
  await core.deleteNamespacedConfigMap(report);
  await operator.until(tenant, 'Running');
  const body = { metadata: { name: report.name }, data: { 'namespaces.json': '{}' } };
  await core.replaceNamespacedConfigMap({ ...report, body });
  await operator.until(tenant, 'Running');
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
});

test('an error while a namespace is released is retried, until nothing of pgwarden is left in it', async () => {
  const { operator, admin, tenant } = await readyTenant(
    tenants,
    { mode: 'dynamic' },
    { deletion_policy: 'Revoke' },
  );
  const mayNotPatch = clusterRules.dynamic.map((rule) => ({
    ...rule,
    verbs: rule.verbs.map((verb) => (verb === 'patch' ? 'get' : verb)),
  }));
  await operator.grant(mayNotPatch);
  await admin.label(tenant, undefined);
  await eventually(async () => {
    const found = (await operator.states()).find(({ name }) => name === tenant);
    return (
      found?.state === 'Draining' && found.reason.startsWith('some objects remain: cannot remove')
    );
  });
  await operator.grant(clusterRules.dynamic);
  expect(await operator.until(tenant, 'Gone')).toBe('nothing of ours is left in it');
  const { metadata } = await policiesIn(operator.config, tenant).read('main');
  expect(metadata.finalizers).toBeUndefined();
});

test("a listed namespace that becomes another installation's is released, and that installation's finalizers stay", async () => {
  const operator = await tenants.operatorWith({ mode: 'dynamic' });
  const admin = adminOf(operator);
  const tenant = await admin.create(operator.installation);
  await operator.start({ list: [tenant] });
  await tenants.declare(operator, tenant, { deletion_policy: 'Revoke' });
  await becomesReady(operator, tenant);
  const labels = { 'pgwarden.io/installation': 'other-installation' };
  await admin.rbac.createNamespacedRole({
    namespace: tenant,
    body: { metadata: { name: 'other-installation-worker', labels }, rules: [] },
  });
  await admin.label(tenant, 'other-installation');
  expect(await operator.until(tenant, 'Gone')).toBe(
    'installation other-installation must remove finalizer pgwarden.io/revoke from: main',
  );
  expect(await rbacIn(operator, tenant)).toEqual([]);
  expect(await workflowsIn(operator, tenant)).toEqual([]);
  const { metadata } = await policiesIn(operator.config, tenant).read('main');
  expect(metadata.finalizers).toEqual(['pgwarden.io/revoke']);
});

test('the next watcher releases namespaces that left while no watcher ran', async () => {
  const { operator, admin, tenant } = await readyTenant(tenants, { mode: 'dynamic' });
  await operator.stop();
  await admin.label(tenant, undefined);
  await operator.start();
  await operator.until(tenant, 'Gone');
  expect(await rbacIn(operator, tenant)).toEqual([]);
  expect(await workflowsIn(operator, tenant)).toEqual([]);
});

test('revoked and restored rights in a namespace stop and start the work in it', async () => {
  const operator = await tenants.started({ mode: 'readonly' });
  const tenant = await adminOf(operator).create(operator.installation);
  await grantRoles(operator, tenant);
  const role = await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  const { rbac } = adminOf(operator);
  const roles = await rbac.listNamespacedRole({ namespace: tenant });
  const emptied = roles.items.map(({ metadata }) => metadata?.name ?? '');
  for (const name of emptied) {
    const body = { metadata: { name }, rules: [] };
    await rbac.replaceNamespacedRole({ name, namespace: tenant, body });
  }
  await operator.until(tenant, 'RBACMissing');
  expect(await workflowsIn(operator, tenant)).toHaveLength(1);
  await operator.grant(localRules, tenant);
  await operator.until(tenant, 'Running');
  await tenants.repairs(operator, tenant, role);
});

test('two hundred namespaces that are added within a minute are all managed', async () => {
  const operator = await tenants.started({ mode: 'dynamic', everyMs: undefined });
  const admin = adminOf(operator);
  const all = await Promise.all(
    Array.from({ length: 200 }, () => admin.create(operator.installation)),
  );
  await eventually(
    async () => (await operator.states()).filter(({ state }) => state === 'Running').length === 200,
    100_000,
  );
  const [one = '', another = ''] = all;
  await Promise.all([tenants.declare(operator, one), tenants.declare(operator, another)]);
  await Promise.all([becomesReady(operator, one), becomesReady(operator, another)]);
  // Of four hundred watches that begin at once, the API server asks some to come later.
  expect(operator.troubles.filter((each) => !each.includes('responded with 429'))).toEqual([]);
}, 150_000);
