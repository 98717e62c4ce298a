import { expect, test } from '@jest/globals';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { eventually } from '../workflows/wait.ts';
import { clusterRules, newNamespace } from './operator.ts';
import {
  adminOf,
  becomesReady,
  grantRoles,
  onlyNamespaces,
  rbacIn,
  workflowsIn,
  tenantsOfFile,
} from './tenants.ts';

const tenants = tenantsOfFile();

test('dynamic: a missing listed namespace is created and labelled, and its policies are managed', async () => {
  const tenant = newNamespace();
  const operator = await tenants.started({ mode: 'dynamic', list: [tenant] });
  await operator.until(tenant, 'Running');
  const { metadata } = await adminOf(operator).core.readNamespace({ name: tenant });
  expect(metadata?.labels).toMatchObject({ 'pgwarden.io/installation': operator.installation });
  const role = await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  expect(await roleExists(tenants.database.url, role)).toBe(true);
  expect(await operator.mode()).toBe('dynamic');
});

test('dynamic: a namespace joins by its label, leaves without it and joins again, with nothing left behind', async () => {
  const operator = await tenants.started({ mode: 'dynamic' });
  const admin = adminOf(operator);
  const tenant = await admin.create();
  const role = await tenants.declare(operator, tenant);
  await admin.label(tenant, operator.installation);
  await becomesReady(operator, tenant);
  expect(await rbacIn(operator, tenant)).toHaveLength(4);
  expect([...operator.watches].filter((path) => path.includes(tenant))).toHaveLength(2);
  await admin.label(tenant, undefined);
  expect(await operator.until(tenant, 'Gone')).toBe('nothing of ours is left in it');
  expect(await workflowsIn(operator, tenant)).toEqual([]);
  expect(await rbacIn(operator, tenant)).toEqual([]);
  expect([...operator.watches].filter((path) => path.includes(tenant))).toEqual([]);
  expect(await roleExists(tenants.database.url, role)).toBe(true);
  await rowsOf(tenants.database.url, `ALTER ROLE ${role} CREATEDB`);
  await admin.label(tenant, operator.installation);
  await eventually(async () => {
    const sql = `SELECT FROM pg_roles WHERE rolname = '${role}' AND NOT rolcreatedb`;
    return (await rowsOf(tenants.database.url, sql)).length === 1;
  });
  expect(operator.troubles).toEqual([]);
});

test('readonly: nothing is created; a labelled namespace is managed as soon as its administrator grants the rights', async () => {
  const missing = newNamespace();
  const operator = await tenants.started({ mode: 'readonly', list: [missing] });
  expect(await operator.until(missing, 'Pending')).toBe('it does not exist');
  const tenant = await adminOf(operator).create(operator.installation);
  expect(await operator.until(tenant, 'RBACMissing')).toContain(
    'the watcher may not list postgrespolicies, watch postgrespolicies, list secrets, watch secrets in it',
  );
  await grantRoles(operator, tenant);
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  await operator.until(tenant, 'Running');
});

test('disabled: the listed namespaces are managed, without a right in the cluster, whatever their labels', async () => {
  const operator = await tenants.operatorWith({ mode: 'disabled' });
  const admin = adminOf(operator);
  const tenant = await admin.create();
  await admin.create(operator.installation);
  await grantRoles(operator, tenant);
  await operator.start({ list: [tenant] });
  await tenants.declare(operator, tenant);
  await becomesReady(operator, tenant);
  expect((await operator.states()).map(({ name }) => name)).toEqual([tenant]);
});

test('disabled without a list: only the namespace of the operator is managed', async () => {
  const operator = await tenants.operatorWith({ mode: 'disabled' });
  await grantRoles(operator, operator.namespace);
  await operator.start();
  await tenants.declare(operator, operator.namespace);
  await becomesReady(operator, operator.namespace);
});

test.each([
  ['dynamic', 'readonly', 'create namespaces, update namespaces, delete namespaces'],
  ['readonly', 'disabled', 'get namespaces, list namespaces, watch namespaces'],
] as const)(
  'mode %s without its rights refuses to start and names the missing ones',
  async (mode, less, named) => {
    const operator = await tenants.operatorWith({ mode, rules: clusterRules[less] });
    await expect(operator.start()).rejects.toMatchObject({
      code: 'NamespaceRightsMissing',
      message: `namespaces.mode is ${mode}, but the watcher's ServiceAccount may not ${named}`,
    });
  },
);

test('a namespace of another installation is never watched, listed or not, until that installation releases it', async () => {
  const operator = await tenants.operatorWith({ mode: 'dynamic' });
  const admin = adminOf(operator);
  const other = await admin.create('other-installation');
  await tenants.declare(operator, other);
  await operator.start({ list: [other] });
  expect(await operator.until(other, 'Pending')).toBe(
    'it belongs to installation other-installation',
  );
  expect(await rbacIn(operator, other)).toEqual([]);
  expect(await workflowsIn(operator, other)).toEqual([]);
  await admin.label(other, undefined);
  await becomesReady(operator, other);
});

test('without RBAC reconciliation nothing is created, and missing rights are reported', async () => {
  const operator = await tenants.started({
    mode: 'dynamic',
    reconcileRbac: false,
    rules: onlyNamespaces,
  });
  const tenant = await adminOf(operator).create(operator.installation);
  expect(await operator.until(tenant, 'RBACMissing')).toBe(
    'the watcher may not list postgrespolicies, watch postgrespolicies, list secrets, watch secrets in it',
  );
  expect(await rbacIn(operator, tenant)).toEqual([]);
});

test('two installations in one cluster never interfere: each has its namespaces, rights and policies', async () => {
  const [one, other] = await Promise.all([
    tenants.started({ mode: 'dynamic' }),
    tenants.started({ mode: 'dynamic' }),
  ]);
  const theirs = await Promise.all(
    [one, other].map((operator) => adminOf(operator).create(operator.installation)),
  );
  const [first = '', second = ''] = theirs;
  await Promise.all([tenants.declare(one, first), tenants.declare(other, second)]);
  await Promise.all([becomesReady(one, first), becomesReady(other, second)]);
  expect((await one.states()).map(({ name }) => name)).toEqual([first]);
  expect((await other.states()).map(({ name }) => name)).toEqual([second]);
  expect(await workflowsIn(one, second)).toEqual([]);
  expect(await workflowsIn(other, first)).toEqual([]);
  expect(await rbacIn(one, second)).toEqual([]);
});
