import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { Connection } from '@temporalio/client';
import { z } from 'zod';
import { runCli } from '../cli/run-cli.ts';
import { conditionOf } from '../kubernetes/cluster.ts';
import { policiesIn, policyNamed } from '../kubernetes/policies.ts';
import { asServiceAccount, kubernetes } from '../setup/kubernetes.ts';
import { freshDatabase, temporalAddress, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { startEntry, type Entry } from '../worker/entry.ts';
import { newestMajor } from '../workflows/bench.ts';
import { createNamespace } from '../workflows/temporal-namespace.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { manifests, template, type Manifest } from './helm.ts';

let database: TestDatabase;
let connection: Connection;
let admin: KubeConfig;
const entries: Entry[] = [];

beforeAll(async () => {
  database = await freshDatabase(newestMajor());
  connection = await Connection.connect({ address: await temporalAddress() });
  admin = await kubernetes();
}, 120_000);

afterAll(async () => {
  for (const { signal } of entries) signal('SIGTERM');
  await Promise.all(entries.map(({ ended }) => ended));
  await connection.close();
  await database.drop();
});

const newName = () => uniqueName('pattern').replaceAll('_', '-');

async function makeNamespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = newName();
  await admin.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name, labels } } });
  return name;
}

/** A release of one of the deployment patterns: its resources without pods, and a worker and a watcher with its settings. */
async function release(pattern: string, own: string, set: readonly string[]): Promise<HelmTest> {
  const name = newName();
  const all = manifests(
    await template(pattern, {
      ...{ name, namespace: own },
      set: [...set, 'crds.enabled=false', 'rbac.aggregate=false', `fullnameOverride=${name}`],
    }),
  );
  const kinds = /^(ServiceAccount|ConfigMap|(Cluster)?Role(Binding)?)$/;
  const { stderr } = await applied(all.filter(({ kind }) => kinds.test(kind)));
  expect(stderr).toBe('');
  const temporalNamespace = await createNamespace(connection, { attributes: true });
  const files = await standIns(all, own);
  const environmentOf = async (component: 'worker' | 'watcher') => ({
    ...literalsOf(all, component),
    ...files,
    KUBECONFIG: await kubeconfigOf(own, accountOf(all, component)),
    POD_NAMESPACE: own,
    POD_NAME: component,
    TEMPORAL_ADDRESS: await temporalAddress(),
    TEMPORAL_NAMESPACE: temporalNamespace,
  });
  for (const component of ['worker', 'watcher'] as const)
    entries.push(await startEntry(component, await environmentOf(component)));
  for (const { get } of entries)
    await eventually(async () => (await get('/readyz')).startsWith('200'));
  const [, program, ...args] = commandOfTest(all);
  expect(program).toBe('dist/cli/main.js');
  return { args, env: await environmentOf('worker') };
}

/** What the pod of `helm test` runs, with the environment of the worker. */
interface HelmTest {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function commandOfTest(all: readonly Manifest[]): readonly string[] {
  const pods = z.object({ spec: z.object({ containers: z.tuple([testContainer]) }) });
  const [container] = pods.parse(all.find(({ kind }) => kind === 'Pod')).spec.containers;
  return container.command;
}

const testContainer = z.object({ command: z.array(z.string()) });

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string(),
        containers: z.array(
          z.object({ env: z.array(z.object({ name: z.string(), value: z.string().optional() })) }),
        ),
      }),
    }),
  }),
});

function podOf(all: readonly Manifest[], component: string) {
  const found = all.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith(`-${component}`),
  );
  return deployment.parse(found).spec.template.spec;
}

function literalsOf(all: readonly Manifest[], component: string): Record<string, string> {
  const variables = podOf(all, component).containers.flatMap(({ env }) => env);
  return Object.fromEntries(
    variables.flatMap(({ name, value }) =>
      value === undefined || name === 'PGWARDEN_HTTP_ADDR' ? [] : [[name, value]],
    ),
  );
}

function accountOf(all: readonly Manifest[], component: string): string {
  return podOf(all, component).serviceAccountName;
}

/** The mounted file of a pod with the Roles for namespaces. */
async function standIns(
  all: readonly Manifest[],
  own: string,
): Promise<Readonly<Record<string, string>>> {
  const found = all.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-rbac'),
  );
  if (found === undefined) return {};
  const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(found);
  const path = join(tmpdir(), `${own}-rbac.yaml`);
  await writeFile(path, data['rbac.yaml'] ?? '');
  return { PGWARDEN_RBAC_FILE: path };
}

async function kubeconfigOf(namespace: string, account: string): Promise<string> {
  const path = join(tmpdir(), `${namespace}-${account}.kubeconfig`);
  const its = await asServiceAccount(admin, namespace, account);
  await writeFile(path, its.exportConfig(), { mode: 0o600 });
  return path;
}

async function declare(namespace: string): Promise<void> {
  await admin.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'shop-admin' }, stringData: { DATABASE_URL: database.url } },
  });
  const roles = [{ name: uniqueName('app') }];
  await policiesIn(admin, namespace).create(policyNamed('main', { roles }));
}

async function becomesReady(namespace: string): Promise<void> {
  const policies = policiesIn(admin, namespace);
  await eventually(async () =>
    conditionOf(await policies.read('main'), 'Ready', { status: 'True' }),
  );
}

async function isUntouched(namespace: string): Promise<boolean> {
  return (await policiesIn(admin, namespace).read('main')).status === undefined;
}

test('own namespace: pgwarden manages only the policies in its own namespace', async () => {
  const [own, other] = [await makeNamespace(), await makeNamespace()];
  await Promise.all([declare(own), declare(other)]);
  const { args, env } = await release('own-namespace', own, []);
  await becomesReady(own);
  expect(await isUntouched(other)).toBe(true);

  const { code, stdout, stderr } = await runCli(args, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('ok: Temporal answers at ');
  expect(stdout).toContain(`ok: the worker has its rights in ${own}\n`);
  expect(stdout).toContain(`ok: the database of policy ${own}/main answers: PostgreSQL `);

  const away = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1', PGWARDEN_WATCH_NAMESPACES: other };
  const failed = await runCli(['doctor'], { env: away });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('failed: TemporalUnavailable: ');
  expect(failed.stderr).toContain('cannot list resource "postgrespolicies"');
});

test('single tenant: pgwarden and its policies are in different namespaces', async () => {
  const [own, tenant] = [await makeNamespace(), await makeNamespace()];
  await Promise.all([declare(own), declare(tenant)]);
  await release('single-tenant', own, [`namespaces.list={${tenant}}`]);
  await becomesReady(tenant);
  expect(await isUntouched(own)).toBe(true);
});

test('multi-tenant: pgwarden manages every namespace with the label, also a new one, and no others', async () => {
  const installation = newName();
  const labels = { 'pgwarden.io/installation': installation };
  const [own, first, other] = [
    await makeNamespace(),
    await makeNamespace(labels),
    await makeNamespace(),
  ];
  await Promise.all([declare(first), declare(other)]);
  await release('multi-tenant', own, [`namespaces.installation=${installation}`]);
  await becomesReady(first);
  const second = await makeNamespace(labels);
  await declare(second);
  await becomesReady(second);
  expect(await isUntouched(other)).toBe(true);
});
