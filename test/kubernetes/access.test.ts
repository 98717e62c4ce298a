import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { clusterAccess } from '../../sources/kubernetes/access.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { fixedNamespaces } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { accountFor } from './rights.ts';

let config: KubeConfig;
let namespace: string;
let folder: string;

beforeAll(async () => {
  config = await kubernetes();
  namespace = await freshNamespace(config);
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-account-'));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function sourceWith(client: ReturnType<typeof apiClient>) {
  const onTrouble = () => undefined;
  return kubernetesSource({
    client,
    namespace,
    namespaces: fixedNamespaces(undefined),
    instance: 'test',
    onTrouble,
  });
}

test("the files of a pod's ServiceAccount are enough to connect", async () => {
  const account = await accountFor(config, namespace, 'worker');
  const { server = '', caData = '' } = account.getCurrentCluster() ?? {};
  await writeFile(join(folder, 'namespace'), namespace);
  await writeFile(join(folder, 'ca.crt'), Buffer.from(caData, 'base64'));
  await writeFile(join(folder, 'token'), account.getCurrentUser()?.token ?? '');
  const { hostname, port } = new URL(server);
  const env = {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    PGWARDEN_SERVICE_ACCOUNT: folder,
  };
  const access = await clusterAccess(env, undefined);
  expect(access.namespace).toBe(namespace);
  const source = sourceWith(access.client);
  expect(await source.readPolicy({ namespace, name: 'none' })).toBeUndefined();
  expect(await source.readSecret({ namespace, name: 'none' })).toBeUndefined();
  expect(await refusalOf(source.listPolicies())).toMatchObject({
    code: 'PolicyUnreadable',
    message: expect.stringContaining('the API server denied the request'),
  });
});

/** A server in between that answers every request with one status and text. */
async function answering(status: number, text: string) {
  const server = createServer((_request, response) => response.writeHead(status).end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const access = { server: `http://127.0.0.1:${port}`, headers: {}, tls: {} };
  const credentials = { namespace, access: () => Promise.resolve(access) };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { client: apiClient(credentials), close };
}

const policy = {
  ref: { namespace: 'shop', name: 'main' },
  ...{ version: 'uid.1', revision: '1', status: { conditions: [] } },
};
const failed = () => ({ conditions: [], last_error: 'x' });
const event = { type: 'Normal', reason: 'Reconciled', message: 'm' } as const;

test.each([
  [400, 'KubernetesRejected'],
  [401, 'KubernetesUnavailable'],
  [403, 'KubernetesForbidden'],
  [404, 'KubernetesRejected'],
  [413, 'KubernetesRejected'],
  [422, 'KubernetesRejected'],
  [429, 'KubernetesUnavailable'],
  [500, 'KubernetesUnavailable'],
  [503, 'KubernetesUnavailable'],
  [200, 'KubernetesRejected'],
])('a meaningless answer %i to a write or read is %s', async (status, code) => {
  const { client, close } = await answering(status, 'gateway says no');
  const source = sourceWith(client);
  if (status !== 200) {
    expect((await refusalOf(source.recordEvent(policy, event))).code).toBe(code);
    expect((await refusalOf(source.writeStatus(policy, failed))).code).toBe(code);
  }
  expect((await refusalOf(source.readPolicy(policy.ref))).code).toBe('PolicyUnreadable');
  expect((await refusalOf(source.readSecret(policy.ref))).code).toBe('SecretFetchFailed');
  await close();
});

test('an unreachable API server is KubernetesUnavailable, and does not mean that a policy was deleted', async () => {
  const { client, close } = await answering(200, '');
  await close();
  const source = sourceWith(client);
  expect((await refusalOf(source.recordEvent(policy, event))).code).toBe('KubernetesUnavailable');
  expect((await refusalOf(source.readPolicy(policy.ref))).code).toBe('PolicyUnreadable');
});

test('the version of a Secret depends only on its data, is the same for all processes, and is not a bare hash', async () => {
  const sources = [1, 2].map(() => sourceWith(apiClient(kubeconfigCredentials(config))));
  const core = config.makeApiClient(CoreV1Api);
  const body = { metadata: { name: 'one' }, stringData: { a: 'hunter2' } };
  await core.createNamespacedSecret({ namespace, body });
  await core.createNamespacedSecret({ namespace, body: { ...body, metadata: { name: 'two' } } });
  const read = async (name: string) =>
    Promise.all(
      sources.map(async (source) => (await source.readSecret({ namespace, name }))?.version),
    );
  const versions = [...(await read('one')), ...(await read('two'))];
  expect(new Set(versions).size).toBe(1);
  const bare = createHash('sha256').update('hunter2').digest('hex');
  expect(bare.startsWith(versions[0] ?? 'x')).toBe(false);
});
