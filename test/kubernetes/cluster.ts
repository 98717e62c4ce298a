import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';
import { apiClient, type ApiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import type { PolicySource } from '../../sources/source.ts';
import { startWatcher } from '../../watcher/start.ts';
import { kubernetes } from '../setup/kubernetes.ts';
import { openBench, type Bench } from '../workflows/bench.ts';
import { eventually } from '../workflows/wait.ts';
import { policiesIn, policyNamed, type StoredPolicy } from './policies.ts';

/** A worker and a watcher on the real API server, for the policies of one namespace. */
export interface Cluster {
  readonly bench: Bench;
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly core: CoreV1Api;
  /** The worker's requests to the API server, e.g. `GET /api/v1/...`. */
  readonly requests: string[];
  readonly troubles: string[];
  readonly policies: ReturnType<typeof policiesIn>;
  /** Creates or changes a policy, with a connection Secret named like it unless the spec says another. */
  readonly policy: (name: string, spec: object) => Promise<StoredPolicy>;
  readonly secret: (name: string, data: Readonly<Record<string, string>>) => Promise<void>;
  /** A further source, as another process would have it. */
  readonly source: (config?: KubeConfig) => PolicySource;
  /** Waits until a condition of a policy is so, for its newest spec. */
  readonly until: (name: string, type: string, wanted: Wanted) => Promise<Condition>;
  readonly close: () => Promise<void>;
}

export interface Wanted {
  readonly status: string;
  readonly reason?: string;
}

export type Condition = Readonly<Record<string, unknown>> & { readonly message: string };

export async function openCluster(): Promise<Cluster> {
  const bench = await openBench();
  const config = await kubernetes();
  const { namespace } = bench;
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const requests: string[] = [];
  const troubles: string[] = [];
  const sourceFor = (client: ApiClient) =>
    kubernetesSource({
      ...{ client, namespace, namespaces: [namespace], instance: 'test' },
      onTrouble: ({ message }) => void troubles.push(message),
    });
  const source = (its = config) => sourceFor(apiClient(kubeconfigCredentials(its)));
  await bench.startWorker({
    source: sourceFor(
      apiClient(kubeconfigCredentials(config), ({ method, path, query = {} }) => {
        requests.push(`${method} ${path}${'limit' in query ? ' list' : ''}`);
      }),
    ),
  });
  const stop = new AbortController();
  const watcher = await startWatcher({
    ...{ source: source(), client: bench.client, taskQueue: bench.taskQueue },
    log: pino({ level: 'silent' }),
    signal: stop.signal,
  });
  const policies = policiesIn(config, namespace);
  return {
    ...{ bench, config, namespace, core, requests, troubles, policies, source },
    policy: (name, spec) =>
      policies.apply(name, policyNamed(name, { connection: { secretRef: { name } }, ...spec })),
    secret: (name, data) => writeSecret(core, namespace, name, data),
    until: (name, type, wanted) =>
      eventually(async () => conditionOf(await policies.read(name), type, wanted)),
    async close() {
      stop.abort();
      await watcher.stopped;
      await bench.close();
    },
  };
}

function conditionOf(
  { metadata, status = {} }: StoredPolicy,
  type: string,
  { status: value, reason }: Wanted,
): Condition | undefined {
  if (status.observedGeneration !== metadata.generation) return undefined;
  const conditions = (status.conditions ?? []) as Condition[];
  return conditions.find(
    (each) =>
      each.type === type &&
      each.status === value &&
      (reason === undefined || each.reason === reason),
  );
}

async function writeSecret(
  core: CoreV1Api,
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const body = { metadata: { name }, stringData: { ...data } };
  const all = await core.listNamespacedSecret({
    namespace,
    fieldSelector: `metadata.name=${name}`,
  });
  if (all.items.length === 0) await core.createNamespacedSecret({ namespace, body });
  else await core.replaceNamespacedSecret({ namespace, name, body });
}
