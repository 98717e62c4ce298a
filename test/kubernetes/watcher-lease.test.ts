import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { takeTurns } from '../../watcher/take-turns.ts';
import { asServiceAccount } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { openCluster, type Cluster } from './cluster.ts';
import { allow } from './rights.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await openCluster({ watched: false });
}, 120_000);

afterAll(() => cluster.close());

const account = 'without-lease';

test('a watcher that cannot get its Lease reports that once, is not ready, and continues when it can', async () => {
  const { config, namespace, bench } = cluster;
  await config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccount({ namespace, body: { metadata: { name: account } } });
  const its = await asServiceAccount(config, namespace, account);
  const troubles: string[] = [];
  const stop = new AbortController();
  const turns = takeTurns(
    {
      ...{ client: bench.client, taskQueue: bench.taskQueue },
      ...{ log: pino({ level: 'silent' }), signal: stop.signal },
    },
    {
      cluster: { client: apiClient(kubeconfigCredentials(its)), namespace },
      open: () => Promise.resolve({ source: cluster.source() }),
      env: { POD_NAME: 'unlucky' },
      onTrouble: ({ code, message }) => void troubles.push(`${code}: ${message}`),
      durationMs: 300, // requested every 40 ms
    },
  );
  await eventually(() => turns.undecided()?.includes('forbidden'));
  expect(troubles).toEqual([`KubernetesForbidden: ${turns.undecided() ?? ''}`]);
  await allow(config, namespace, {
    account,
    name: 'leases',
    rules: [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['get', 'create', 'update'],
      },
    ],
  });
  await eventually(() => turns.undecided() === undefined);
  expect(troubles.filter((trouble) => trouble === troubles[0])).toHaveLength(1);
  stop.abort();
  await turns.ended;
});
