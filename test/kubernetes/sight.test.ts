import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { beforeAll, expect, test } from '@jest/globals';
import { apiClient, type ApiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { namespaceSight } from '../../namespaces/sight.ts';
import { asServiceAccount, kubernetes } from '../setup/kubernetes.ts';
import { newNamespace } from './operator.ts';

let config: KubeConfig;

beforeAll(async () => {
  config = await kubernetes();
}, 120_000);

const ignore = () => undefined;

function sightOf(client: ApiClient, signal: AbortSignal) {
  return namespaceSight({ client, signal, onChange: ignore, onTrouble: ignore });
}

test('namespaces that cannot be listed do not count as deleted, whatever was reported before', async () => {
  const namespace = newNamespace();
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const body = { metadata: { name: 'blind' } };
  await core.createNamespacedServiceAccount({ namespace, body });
  const blind = kubeconfigCredentials(await asServiceAccount(config, namespace, 'blind'));
  const stop = new AbortController();
  const sight = sightOf(apiClient(blind), stop.signal);
  await expect(sight('readonly')).rejects.toMatchObject({ code: 'NamespacesUnknown' });
  stop.abort();
});

test('a watcher that is stopped before it saw any namespace reports none as deleted', async () => {
  const sight = sightOf(apiClient(kubeconfigCredentials(config)), AbortSignal.abort());
  await expect(sight('dynamic')).rejects.toMatchObject({ code: 'NamespacesUnknown' });
});
