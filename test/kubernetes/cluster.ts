import { CoreV1Api, EventsV1Api, type KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';
import type { Refusal } from '../../core/refusal.ts';
import { apiClient, type ApiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { fixedNamespaces } from '../../sources/kubernetes/namespace-set/namespace-set.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import type { BoundsSource } from '../../sources/bounds-file.ts';
import type { PolicySource } from '../../sources/source.ts';
import { startWatcher, type RunningWatcher } from '../../watcher/start.ts';
import { kubernetes } from '../setup/kubernetes.ts';
import { freshDatabase, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from '../workflows/bench.ts';
import { eventually } from '../workflows/wait.ts';
import { accountFor } from './rights.ts';
import { policiesIn, policyNamed, type StoredPolicy } from './policies.ts';

/** A worker and a watcher on the real API server, for the policies of one namespace. */
export interface Cluster {
  readonly bench: Bench;
  /** With the rights of the administrator. */
  readonly config: KubeConfig;
  /** With only the rights of a watcher. */
  readonly asWatcher: KubeConfig;
  readonly namespace: string;
  readonly core: CoreV1Api;
  /** The worker's requests to the API server, e.g. `GET /api/v1/...`, or `LIST` for lists. */
  readonly requests: string[];
  readonly policies: ReturnType<typeof policiesIn>;
  /** Creates or changes a policy. Its connection Secret has its name, unless the spec names another. */
  readonly policy: (name: string, spec: object) => Promise<StoredPolicy>;
  /** Creates a Secret or replaces all of its data. */
  readonly secret: (name: string, data: Readonly<Record<string, string>>) => Promise<void>;
  /** Another source, as in another process. */
  readonly source: (config?: KubeConfig, onTrouble?: (trouble: Refusal) => void) => PolicySource;
  readonly watch: (source: PolicySource, signal: AbortSignal) => Promise<RunningWatcher>;
  /** Waits until a policy has a condition for its newest spec. */
  readonly until: (name: string, type: string, wanted: Wanted) => Promise<Condition>;
  /** The Events of a policy in order, e.g. `Normal Reconciled`. */
  readonly events: (name: string) => Promise<string[]>;
  readonly close: () => Promise<void>;
}

interface Wanted {
  readonly status: string;
  readonly reason?: string;
}

export type Condition = Readonly<Record<string, unknown>> & { readonly message: string };

export interface ClusterOptions {
  /** Whether a watcher runs. Default true. */
  readonly watched?: boolean;
  /** Settings of the watcher. Default those of the product. */
  readonly resyncMs?: number;
  /** Bounds of the worker. Default none. */
  readonly bounds?: BoundsSource;
  /** Replaces the source of the worker. */
  readonly wrapped?: (source: PolicySource) => PolicySource;
}

export async function openCluster({
  watched = true,
  resyncMs,
  bounds,
  wrapped = (its) => its,
}: ClusterOptions = {}): Promise<Cluster> {
  const bench = await openBench();
  const config = await kubernetes();
  const { namespace } = bench;
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const requests: string[] = [];
  const sourceFor = (client: ApiClient, onTrouble: (trouble: Refusal) => void = () => undefined) =>
    kubernetesSource({
      ...{
        client,
        namespace,
        namespaces: fixedNamespaces([namespace]),
        instance: 'test',
        onTrouble,
      },
    });
  const source = (its = config, onTrouble?: (trouble: Refusal) => void) =>
    sourceFor(apiClient(kubeconfigCredentials(its)), onTrouble);
  const watch = (its: PolicySource, signal: AbortSignal) =>
    startWatcher({
      ...{ source: its, client: bench.client, taskQueue: bench.taskQueue, signal },
      log: pino({ level: 'silent' }),
      ...(resyncMs === undefined ? {} : { resyncMs }),
    });
  const asWorker = await accountFor(config, namespace, 'worker');
  const asWatcher = await accountFor(config, namespace, 'watcher');
  await bench.startWorker({
    ...(bounds === undefined ? {} : { bounds }),
    source: wrapped(
      sourceFor(
        apiClient(kubeconfigCredentials(asWorker), ({ method, path, query = {} }) => {
          requests.push(`${'limit' in query ? 'LIST' : method} ${path}`);
        }),
      ),
    ),
  });
  const stop = new AbortController();
  const watcher = watched ? await watch(source(asWatcher), stop.signal) : undefined;
  const policies = policiesIn(config, namespace);
  return {
    ...{ bench, config, asWatcher, namespace, core, requests, policies, source, watch },
    policy: (name, spec) =>
      policies.apply(name, policyNamed(name, { connection: { secretRef: { name } }, ...spec })),
    secret: (name, data) => writeSecret(core, namespace, name, data),
    until: (name, type, wanted) =>
      eventually(async () => conditionOf(await policies.read(name), type, wanted)),
    events: (name) => eventsOf(config, namespace, name),
    async close() {
      stop.abort();
      await watcher?.stopped;
      await bench.close();
    },
  };
}

/** A cluster, and a database with the connection Secret `database`. */
export interface ClusterWithDatabase {
  readonly cluster: Cluster;
  readonly database: TestDatabase;
  readonly close: () => Promise<void>;
}

/** A policy for the database of a cluster with one. */
export const connection = { secretRef: { name: 'database' } };

export async function openClusterWithDatabase(
  options: ClusterOptions = {},
): Promise<ClusterWithDatabase> {
  const database = await freshDatabase(newestMajor());
  const cluster = await openCluster(options);
  await cluster.secret(connection.secretRef.name, { DATABASE_URL: database.url });
  return {
    ...{ cluster, database },
    async close() {
      await cluster.close();
      await database.drop();
    },
  };
}

export function conditionOf(
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
  const fieldSelector = `metadata.name=${name}`;
  const { items } = await core.listNamespacedSecret({ namespace, fieldSelector });
  if (items.length === 0) await core.createNamespacedSecret({ namespace, body });
  else await core.replaceNamespacedSecret({ namespace, name, body });
}

async function eventsOf(config: KubeConfig, namespace: string, name: string): Promise<string[]> {
  const api = config.makeApiClient(EventsV1Api);
  const { items } = await api.listNamespacedEvent({ namespace });
  return items
    .filter(({ regarding }) => regarding?.name === name)
    .sort((left, right) => (String(left.eventTime) < String(right.eventTime) ? -1 : 1))
    .map(({ type, reason }) => `${type ?? ''} ${reason ?? ''}`);
}
