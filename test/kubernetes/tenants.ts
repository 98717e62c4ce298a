import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { CoreV1Api, RbacAuthorizationV1Api, type V1Namespace } from '@kubernetes/client-node';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor } from '../workflows/bench.ts';
import { eventually } from '../workflows/wait.ts';
import { conditionOf } from './cluster.ts';
import {
  clusterRules,
  localRules,
  newNamespace,
  openOperator,
  type Operator,
  type OperatorOptions,
} from './operator.ts';
import { policiesIn, policyNamed } from './policies.ts';

/** Operators, their tenants' namespaces, and one database for all of their policies. */
export interface Tenants {
  readonly database: TestDatabase;
  readonly operatorWith: (options: OperatorOptions) => Promise<Operator>;
  /** The same, with worker and watcher running. */
  readonly started: (options: OperatorOptions) => Promise<Operator>;
  /** A policy with its own role, in a namespace with a Secret for it. Returns the role. */
  readonly declare: (operator: Operator, namespace: string, spec?: object) => Promise<string>;
  /** Revokes what the policy grants the role, and waits until it is repaired. */
  readonly repairs: (operator: Operator, namespace: string, role: string) => Promise<void>;
  /** Stops every operator, so that it does not slow down the following tests. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openTenants(): Promise<Tenants> {
  const database = await freshDatabase(newestMajor());
  const operators: Operator[] = [];
  const operatorWith = async (options: OperatorOptions) => {
    const operator = await openOperator(options);
    operators.push(operator);
    return operator;
  };
  return {
    database,
    operatorWith,
    async started(options) {
      const operator = await operatorWith(options);
      await operator.start();
      return operator;
    },
    async declare({ config }, namespace, spec = {}) {
      const role = uniqueName('app');
      await config.makeApiClient(CoreV1Api).createNamespacedSecret({
        namespace,
        body: { metadata: { name: 'shop-admin' }, stringData: { DATABASE_URL: database.url } },
      });
      const policy = policyNamed('main', { roles: [{ name: role }], ...spec });
      await policiesIn(config, namespace).create(policy);
      return role;
    },
    async repairs({ config }, namespace, role) {
      await rowsOf(database.url, `ALTER ROLE ${role} CREATEDB`);
      const request = { 'pgwarden.io/reconcile-requested-at': new Date().toISOString() };
      await policiesIn(config, namespace).annotate('main', request);
      const sql = `SELECT FROM pg_roles WHERE rolname = '${role}' AND NOT rolcreatedb`;
      await eventually(async () => (await rowsOf(database.url, sql)).length === 1);
    },
    async stop() {
      await Promise.all(operators.map((operator) => operator.stop()));
    },
    async close() {
      await Promise.all(operators.map((operator) => operator.close()));
      await database.drop();
    },
  };
}

const label = 'pgwarden.io/installation';

/** Tenants for all tests of a file. Operators stop after each test. */
export function tenantsOfFile(): Pick<
  Tenants,
  'database' | 'operatorWith' | 'started' | 'declare' | 'repairs'
> {
  let tenants: Tenants;
  beforeAll(async () => {
    tenants = await openTenants();
  }, 120_000);
  afterEach(() => tenants.stop());
  afterAll(() => tenants.close());
  return {
    get database() {
      return tenants.database;
    },
    operatorWith: (options) => tenants.operatorWith(options),
    started: (options) => tenants.started(options),
    declare: (operator, namespace, spec) => tenants.declare(operator, namespace, spec),
    repairs: (operator, namespace, role) => tenants.repairs(operator, namespace, role),
  };
}

interface ReadyTenant {
  readonly operator: Operator;
  readonly admin: ReturnType<typeof adminOf>;
  readonly tenant: string;
  /** The role of its policy. */
  readonly role: string;
}

/** An operator with one namespace, whose policy is ready. */
export async function readyTenant(
  tenants: Pick<Tenants, 'started' | 'declare'>,
  options: OperatorOptions,
  spec?: object,
): Promise<ReadyTenant> {
  const operator = await tenants.started(options);
  const admin = adminOf(operator);
  const tenant = await admin.create(operator.installation);
  const role = await tenants.declare(operator, tenant, spec);
  await becomesReady(operator, tenant);
  return { operator, admin, tenant, role };
}

/** As an administrator does. */
export function adminOf({ config }: Operator) {
  const core = config.makeApiClient(CoreV1Api);
  return {
    core,
    rbac: config.makeApiClient(RbacAuthorizationV1Api),
    /** Adds the label of an installation to a namespace, or removes it. */
    label: async (name: string, installation: string | undefined) => {
      const { metadata } = await core.readNamespace({ name });
      const labels = { ...metadata?.labels };
      if (installation === undefined) Reflect.deleteProperty(labels, label);
      else labels[label] = installation;
      const body: V1Namespace = { metadata: { name, labels } };
      await core.replaceNamespace({ name, body });
    },
    create: async (installation?: string): Promise<string> => {
      const name = newNamespace();
      const labels = installation === undefined ? {} : { [label]: installation };
      await core.createNamespace({ body: { metadata: { name, labels } } });
      return name;
    },
  };
}

export async function becomesReady({ config }: Operator, namespace: string): Promise<void> {
  const policies = policiesIn(config, namespace);
  await eventually(async () =>
    conditionOf(await policies.read('main'), 'Ready', { status: 'True' }),
  );
}

export async function workflowsIn({ bench }: Operator, namespace: string): Promise<string[]> {
  const ids: string[] = [];
  const query = `WorkflowType = 'policy' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of bench.client.workflow.list({ query }))
    if (workflowId.startsWith(`policy/${namespace}/`)) ids.push(workflowId);
  return ids;
}

/** Names of Roles and RoleBindings in a namespace that have the installation's label. */
export async function rbacIn(operator: Operator, namespace: string): Promise<string[]> {
  const { rbac } = adminOf(operator);
  const labelSelector = `${label}=${operator.installation}`;
  const roles = await rbac.listNamespacedRole({ namespace, labelSelector });
  const bindings = await rbac.listNamespacedRoleBinding({ namespace, labelSelector });
  return [...roles.items, ...bindings.items].map(({ metadata }) => metadata?.name ?? '');
}

/** What an administrator applies in a namespace in which the operator cannot create Roles. */
export function grantRoles(operator: Operator, namespace: string): Promise<void> {
  return operator.grant(localRules, namespace);
}

export const onlyNamespaces = clusterRules.dynamic.slice(0, 1);
