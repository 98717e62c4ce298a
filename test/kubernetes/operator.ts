import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CoreV1Api,
  EventsV1Api,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type V1PolicyRule,
} from '@kubernetes/client-node';
import { pino } from 'pino';
import type { Refusal } from '../../core/refusal.ts';
import { apiClient, type ApiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { namespaceConfiguration } from '../../sources/kubernetes/namespace-set/configuration.ts';
import { overseerFor } from '../../namespaces/oversee.ts';
import {
  readReport,
  type ReportedNamespace,
} from '../../sources/kubernetes/namespace-set/report.ts';
import { reportedNamespaces } from '../../sources/kubernetes/namespace-set/reported-namespaces.ts';
import { kubernetesSource } from '../../sources/kubernetes/source.ts';
import { noMetrics } from '../../watcher/metrics.ts';
import { overseer } from '../../watcher/namespaces.ts';
import { policyWorkflows } from '../../watcher/policy-workflows.ts';
import { startWatcher } from '../../watcher/start.ts';
import { asServiceAccount, kubernetes } from '../setup/kubernetes.ts';
import { uniqueName } from '../setup/servers.ts';
import { openBench, type Bench } from '../workflows/bench.ts';
import { eventually } from '../workflows/wait.ts';
import { rights } from './rights.ts';

const onNamespaces = { apiGroups: [''], resources: ['namespaces'] };
const reading = ['get', 'list', 'watch'];
const onRbac = {
  apiGroups: ['rbac.authorization.k8s.io'],
  resources: ['roles', 'rolebindings'],
  verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
};

/** The cluster-wide rights of each mode, as the chart grants them to the watcher. */
export const clusterRules = {
  dynamic: [
    { ...onNamespaces, verbs: [...reading, 'create', 'update', 'delete'] },
    onRbac,
    ...rights.worker,
    ...rights.watcher.filter(({ resources }) => !resources.includes('leases')),
  ],
  readonly: [{ ...onNamespaces, verbs: reading }],
  disabled: [],
} satisfies Record<string, readonly V1PolicyRule[]>;

/** The rights that an administrator grants the watcher in one namespace, so that it can reconcile the Roles there. */
export const localRules: readonly V1PolicyRule[] = [onRbac, ...rights.worker, ...rights.watcher];

export interface OperatorOptions {
  readonly mode: string;
  readonly list?: readonly string[];
  /** Cluster-wide rights. Default those of the mode. */
  readonly rules?: readonly V1PolicyRule[];
  readonly reconcileRbac?: boolean;
  /** Name of the installation. Default that of its first start. */
  readonly installation?: string;
  /** Time between two checks of rights. Default 300 ms; undefined means the product's own. */
  readonly everyMs?: number | undefined;
}

/** Worker and watcher of one installation, each with only the rights of its ServiceAccount. */
export interface Operator {
  readonly config: KubeConfig;
  readonly bench: Bench;
  /** The operator's own namespace. */
  readonly namespace: string;
  readonly installation: string;
  readonly troubles: string[];
  /** The worker's requests to the API server, e.g. `GET /api/v1/...`. */
  readonly requests: string[];
  /** Paths that the watcher watches at present. */
  readonly watches: ReadonlySet<string>;
  /** Grants the watcher rights in the cluster, or in a namespace of it. No call revokes earlier ones. */
  readonly grant: (rules: readonly V1PolicyRule[], namespace?: string) => Promise<void>;
  readonly states: () => Promise<readonly ReportedNamespace[]>;
  readonly mode: () => Promise<string | undefined>;
  /** Waits until the state of a namespace says this. */
  readonly until: (namespace: string, state: ReportedNamespace['state']) => Promise<string>;
  /** The text of its ConfigMap. */
  readonly events: () => Promise<string[]>;
  /** Starts another watcher and a worker, after the first pair was stopped. */
  readonly start: (options?: Partial<OperatorOptions>) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openOperator(options: OperatorOptions): Promise<Operator> {
  const bench = await openBench();
  const config = await kubernetes();
  const core = config.makeApiClient(CoreV1Api);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const { namespace } = bench;
  const installation = namespace;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  for (const name of ['worker', 'watcher'])
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const subjects = [{ kind: 'ServiceAccount', name: 'watcher', namespace }];
  const granted = new Set<string>();
  const grant: Operator['grant'] = async (rules, place) => {
    const name = `${installation}-${place ?? 'cluster'}`;
    const body = { metadata: { name }, rules: [...rules] };
    const kind = place === undefined ? 'ClusterRole' : 'Role';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name };
    const bindingBody = { metadata: { name }, roleRef, subjects };
    const isNew = !granted.has(name);
    granted.add(name);
    if (place === undefined) {
      if (!isNew) {
        await rbac.replaceClusterRole({ name, body });
        return;
      }
      await rbac.createClusterRole({ body });
      await rbac.createClusterRoleBinding({ body: bindingBody });
    } else {
      if (!isNew) {
        await rbac.replaceNamespacedRole({ name, namespace: place, body });
        return;
      }
      await rbac.createNamespacedRole({ namespace: place, body });
      await rbac.createNamespacedRoleBinding({ namespace: place, body: bindingBody });
    }
  };
  await grantOwn(rbac, namespace);
  const rbacFile = join(bench.directory, '..', 'rbac.yaml');
  await writeFile(rbacFile, JSON.stringify(wantedIn(namespace, installation)));
  const requests: string[] = [];
  const clientFor = async (account: string, log: string[] = []) => {
    const credentials = kubeconfigCredentials(await asServiceAccount(config, namespace, account));
    return apiClient(credentials, ({ method, path }) => void log.push(`${method} ${path}`));
  };
  const watches = new Set<string>();
  const watcherClient = counting(await clientFor('watcher'), watches);
  const workerClient = await clientFor('worker', requests);
  const ref = { namespace, name: 'pgwarden-namespaces' };
  const troubles: string[] = [];
  const onTrouble = ({ code, message }: Refusal) => void troubles.push(`${code}: ${message}`);
  let running: { readonly stop: () => Promise<void> } | undefined;

  const start: Operator['start'] = async (changed = {}) => {
    const its = { everyMs: 300, ...options, ...changed };
    const { mode, list = [], reconcileRbac = true, everyMs } = its;
    const namespaces = namespaceConfiguration({
      PGWARDEN_NAMESPACES_MODE: mode,
      PGWARDEN_WATCH_NAMESPACES: list.join(','),
      PGWARDEN_INSTALLATION: its.installation ?? installation,
      PGWARDEN_RECONCILE_RBAC: String(reconcileRbac),
      PGWARDEN_RBAC_FILE: rbacFile,
      PGWARDEN_WORKER_SERVICE_ACCOUNT: 'worker',
    });
    const place = { namespace, instance: 'test', namespaces };
    const oversee = await overseerFor({ ...place, client: watcherClient });
    const stopping = new AbortController();
    const { signal } = stopping;
    const log = pino({ level: 'silent' });
    const { client, taskQueue } = bench;
    const workflows = policyWorkflows(client, taskQueue, signal);
    const opened = await oversee(overseer({ workflows, metrics: noMetrics, log }), {
      ...{ onTrouble, signal },
      ...(everyMs === undefined ? {} : { everyMs }),
    });
    const watcher = await startWatcher({ source: opened.source, client, taskQueue, log, signal });
    const set = reportedNamespaces({ client: workerClient, ref, onTrouble, signal });
    const worker = await bench.startWorker({
      source: kubernetesSource({ ...place, client: workerClient, namespaces: set, onTrouble }),
    });
    running = {
      async stop() {
        stopping.abort();
        await Promise.all([watcher.stopped, opened.stopped, worker.stop()]);
      },
    };
  };
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  const admin = apiClient(kubeconfigCredentials(config));
  const states = async () => (await readReport(admin, ref))?.namespaces ?? [];
  const operator: Operator = {
    ...{
      config,
      bench,
      namespace,
      installation,
      troubles,
      requests,
      watches,
      grant,
      states,
      start,
      stop,
    },
    mode: async () => (await readReport(admin, ref))?.mode,
    until: (name, state) =>
      eventually(async () => {
        const found = (await states()).find((each) => each.name === name && each.state === state);
        return found?.reason;
      }),
    async events() {
      const { items } = await config.makeApiClient(EventsV1Api).listNamespacedEvent({ namespace });
      return items
        .filter(({ regarding }) => regarding?.name === ref.name)
        .map(({ type, reason }) => `${type ?? ''} ${reason ?? ''}`);
    },
    async close() {
      await stop();
      await bench.close();
    },
  };
  const { rules = clusterRules[options.mode as keyof typeof clusterRules] } = options;
  await grant(rules);
  return operator;
}

/** The same client, with its open streams. */
function counting(client: ApiClient, open: Set<string>): ApiClient {
  return {
    ...client,
    async *stream(request) {
      open.add(request.path);
      try {
        yield* client.stream(request);
      } finally {
        open.delete(request.path);
      }
    },
  };
}

/** The rights of worker and watcher in their own namespace, as the chart grants them. */
async function grantOwn(rbac: RbacAuthorizationV1Api, namespace: string): Promise<void> {
  const configMaps = { apiGroups: [''], resources: ['configmaps'] };
  const named = { ...configMaps, resourceNames: ['pgwarden-namespaces'] };
  const own = {
    worker: [
      { ...named, verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create'] },
    ],
    watcher: [
      { ...named, verbs: ['get', 'patch'] },
      { ...configMaps, verbs: ['create'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    ],
  };
  for (const [account, rules] of Object.entries(own)) {
    const name = `own-${account}`;
    await rbac.createNamespacedRole({ namespace, body: { metadata: { name }, rules } });
    await rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
      },
    });
  }
}

/** As the chart renders them for a namespace with policies. */
function wantedIn(namespace: string, installation: string): object {
  const labels = {
    'app.kubernetes.io/managed-by': 'Helm',
    'pgwarden.io/installation': installation,
  };
  const items = (['worker', 'watcher'] as const).flatMap((account) => {
    const metadata = { name: `${installation}-${account}`, labels };
    const rules = rights[account].filter(({ resources }) => !resources.includes('leases'));
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'Role',
      name: metadata.name,
    };
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    return [
      { apiVersion, kind: 'Role', metadata, rules },
      { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
    ];
  });
  return { apiVersion: 'v1', kind: 'List', items };
}

export function newNamespace(): string {
  return uniqueName('tenant').replace('_', '-');
}
