import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { sourceConfiguration } from '../../sources/configuration.ts';
import { httpAddress } from '../../runtime/http-address.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { prometheusOperatorDefinitions } from '../setup/prometheus-operator.ts';
import { applied } from './apply.ts';
import { installations, kubectl, manifests, template, type Manifest } from './helm.ts';
import { environmentOf, podsIn } from './pods.ts';

/** Installs the resource definitions of the Prometheus operator, to validate ServiceMonitor and PrometheusRule. */
beforeAll(async () => {
  const files = (await prometheusOperatorDefinitions()).flatMap((file) => ['-f', file]);
  for (const command of [
    ['apply', '--server-side'],
    ['wait', '--for=condition=Established'],
  ]) {
    const { stderr } = await kubectl([...command, ...files]);
    if (stderr !== '') throw new Error(stderr);
  }
}, 120_000);

test.each(installations)('the API server accepts every field of %s', async (name) => {
  const namespaces = [await restrictedNamespace(), await restrictedNamespace()];
  const all = await rendered(name, namespaces);
  // The pod of `helm test` needs an existing ServiceAccount: see below.
  const { stderr } = await applied(all.filter(notAPod), '--dry-run=server');
  expect(stderr).toBe('');
});

test.each([
  ['ServiceMonitor', { endpoints: [{ port: 'http', intervall: '30s' }], selector: {} }],
  ['PrometheusRule', { groups: [{ name: 'a', rules: [{ alert: 'A', expr: '1', until: '5m' }] }] }],
])('a %s with an unknown field is rejected', async (kind, spec) => {
  const namespace = await freshNamespace(await kubernetes());
  const metadata = { name: 'wrong', namespace };
  const { stderr } = await applied(
    [{ apiVersion: 'monitoring.coreos.com/v1', kind, metadata, spec }],
    '--dry-run=server',
  );
  expect(stderr).toMatch(/unknown field "(intervall|until)"/);
});

test.each(installations)(
  'a namespace with restricted Pod Security accepts all pods of %s',
  async (name) => {
    const namespaces = [await restrictedNamespace(), await restrictedNamespace()];
    const all = await rendered(name, namespaces);
    const accounts = [...accountsUsed(all)].map((account) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account, namespace: namespaces[0] ?? '' },
    }));
    await applied(accounts);
    const pods = [...podsIn(all), ...all.filter((each) => !notAPod(each))];
    expect(pods.length).toBeGreaterThanOrEqual(3);
    const { stderr } = await applied(pods, '--dry-run=server');
    expect(stderr).toBe('');
  },
);

test('a namespace with restricted Pod Security rejects a privileged pod', async () => {
  const namespace = await restrictedNamespace();
  await applied([serviceAccount('pgwarden-worker', namespace)]);
  const set = ['securityContext.allowPrivilegeEscalation=true'];
  const all = manifests(await template('production', { namespace, set }));
  const [pod] = podsIn(all).filter(({ metadata }) => metadata.name.endsWith('worker'));
  const { stderr } = await applied(pod === undefined ? [] : [pod], '--dry-run=server');
  expect(stderr).toContain('violates PodSecurity "restricted:latest"');
});

test('pods get their identity, namespaces and Temporal address from the environment', async () => {
  const pods = podsIn(manifests(await template('cloud')));
  for (const pod of pods) {
    expect(environmentOf(pod)).toMatchObject({
      PGWARDEN_SOURCE: 'kubernetes',
      PGWARDEN_NAMESPACES_MODE: 'disabled',
      PGWARDEN_WATCH_NAMESPACES: 'team-a,team-b',
      PGWARDEN_INSTALLATION: 'pgwarden-access',
      PGWARDEN_NAMESPACES_CONFIGMAP: 'pgwarden-namespaces',
      PGWARDEN_LEASE_NAME: 'pgwarden-watcher',
      PGWARDEN_HTTP_ADDR: ':8080',
      LOG_LEVEL: 'info',
      TEMPORAL_ADDRESS: 'eu-west-1.aws.api.temporal.io:7233',
      TEMPORAL_NAMESPACE: 'pgwarden.a1b2c',
      TEMPORAL_TASK_QUEUE: 'pgwarden',
      TEMPORAL_TLS: 'true',
      TEMPORAL_API_KEY: { secretKeyRef: { name: 'temporal-cloud', key: 'apiKey' } },
      POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
      POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } },
    });
  }
  expect(pods).toHaveLength(2);
});

test('the worker and the watcher read every environment variable of the pods', async () => {
  const [pod] = podsIn(manifests(await template('cloud', { set: ['worker.replicas=1'] })));
  if (pod === undefined) throw new Error('there is no pod');
  const environment = {
    ...environmentOf(pod),
    TEMPORAL_API_KEY: 'key',
    POD_NAME: 'a',
    POD_NAMESPACE: 'b',
  };
  const env = z.record(z.string(), z.string()).parse(environment);
  expect(sourceConfiguration(env)).toEqual({
    kind: 'kubernetes',
    place: {
      namespaces: expect.objectContaining({ mode: 'disabled', list: ['team-a', 'team-b'] }),
      pod: { name: 'a', namespace: 'b' },
    },
  });
  expect(httpAddress(env, '')).toEqual({ port: 8080 });
  const options = { disableFile: true, overrideEnvVars: env };
  expect(loadClientConnectConfig(options)).toMatchObject({
    namespace: 'pgwarden.a1b2c',
    connectionOptions: {
      ...{ address: 'eu-west-1.aws.api.temporal.io:7233', apiKey: 'key' },
      tls: {},
    },
  });
});

function notAPod({ kind }: Manifest): boolean {
  return kind !== 'Pod';
}

async function rendered(installation: string, [namespace = '', other = '']: readonly string[]) {
  const isScoped = ['cloud', 'everything', 'single-tenant'].includes(installation);
  const set = isScoped ? [`namespaces.list={${namespace},${other}}`] : [];
  return manifests(await template(installation, { name: `r-${randomUUID()}`, namespace, set }));
}

async function restrictedNamespace(): Promise<string> {
  const name = await freshNamespace(await kubernetes());
  const label = 'pod-security.kubernetes.io/enforce=restricted';
  const { stderr } = await kubectl(['label', 'namespace', name, label]);
  if (stderr !== '') throw new Error(stderr);
  return name;
}

function serviceAccount(name: string, namespace: string) {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

function accountsUsed(all: readonly Manifest[]): Set<string> {
  return new Set(podsIn(all).map(({ spec }) => spec.serviceAccountName));
}
