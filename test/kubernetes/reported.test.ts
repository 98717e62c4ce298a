import { CoreV1Api } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { isIn } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { writeReport } from '../../sources/kubernetes/namespace-set/report.ts';
import { reportedNamespaces } from '../../sources/kubernetes/namespace-set/reported-namespaces.ts';
import { kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { newNamespace } from './operator.ts';

test("a namespace that the worker has not heard of yet does not count as another installation's", async () => {
  const config = await kubernetes();
  const client = apiClient(kubeconfigCredentials(config));
  const ref = { namespace: newNamespace(), name: 'pgwarden-namespaces' };
  const metadata = { name: ref.namespace };
  await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata } });
  const reportNamespaces = (...names: string[]) =>
    writeReport(client, ref, {
      ...{ schema: 'pgwarden.namespaces.v1', installation: 'one', mode: 'readonly' },
      ...{ reason: '', changed: '' },
      namespaces: names.map((name) => ({ name, state: 'Running', reason: '', since: '' })),
    });
  await reportNamespaces('first');
  const stop = new AbortController();
  const options = { client, ref, onTrouble: () => undefined, signal: stop.signal };
  const set = reportedNamespaces(options);
  await eventually(() => isIn(set, 'first').catch(() => false));
  stop.abort(); // its watch receives nothing more
  await reportNamespaces('first', 'second');
  expect(set.names()).toEqual(['first']);
  expect(await isIn(set, 'second')).toBe(true);
  expect(await isIn(set, 'third')).toBe(false);
});
