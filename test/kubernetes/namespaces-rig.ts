import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import {
  CoreV1Api,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type V1PolicyRule,
} from '@kubernetes/client-node';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { installationLabel } from '../../sources/kubernetes/namespace-set/labels.ts';
import {
  writeReport,
  type NamespaceReport,
  type ReportedNamespace,
} from '../../sources/kubernetes/namespace-set/report.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';
import { asServiceAccount, freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { uniqueName } from '../setup/servers.ts';

/** The program, users with certain rights, and installations with reports like those of their watchers. */
export interface NamespacesRig {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  /** Path of the kubeconfig of a user with these rights in the cluster, or in one namespace. */
  readonly person: (rules: readonly V1PolicyRule[], namespace?: string) => Promise<string>;
  /** For a user with all rights that the command needs. */
  readonly caretaker: () => Promise<string>;
  readonly installation: () => Promise<ReportingInstallation>;
  readonly make: (name: string, installation?: string) => Promise<void>;
  readonly labelOf: (name: string) => Promise<string | undefined>;
  readonly isTerminating: (name: string) => Promise<boolean>;
}

interface ReportingInstallation {
  /** The namespace of the operator. */
  readonly namespace: string;
  readonly installation: string;
  readonly tell: (report: Partial<NamespaceReport>, configMap?: string) => Promise<void>;
}

/** The rights in docs/namespaces.md. */
export const rights = {
  look: { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'get'] },
  change: {
    apiGroups: [''],
    resources: ['namespaces'],
    verbs: ['get', 'create', 'update', 'delete'],
  },
  policies: { apiGroups: ['pgroles.io'], resources: ['postgrespolicies'], verbs: ['list'] },
};

export function namespacesRig(): NamespacesRig {
  let config: KubeConfig;
  let core: CoreV1Api;
  let folder: string;
  let accounts: string;
  beforeAll(async () => {
    config = await kubernetes();
    core = config.makeApiClient(CoreV1Api);
    folder = await mkdtemp(join(tmpdir(), 'pgwarden-namespaces-'));
    accounts = await freshNamespace(config);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  const person: NamespacesRig['person'] = async (rules, namespace) => {
    const name = newName('person');
    await core.createNamespacedServiceAccount({
      namespace: accounts,
      body: { metadata: { name } },
    });
    await allow(config, { name, accounts, rules }, namespace);
    const path = join(folder, `${name}.json`);
    await writeFile(path, (await asServiceAccount(config, accounts, name)).exportConfig());
    return path;
  };
  return {
    get config() {
      return config;
    },
    get core() {
      return core;
    },
    person,
    caretaker: () => person([rights.look, rights.change, rights.policies]),
    installation: () => installationIn(config),
    async make(name, installation) {
      const labels = installation === undefined ? {} : { [installationLabel]: installation };
      await core.createNamespace({ body: { metadata: { name, labels } } });
    },
    async labelOf(name) {
      const { metadata } = await core.readNamespace({ name });
      return metadata?.labels?.[installationLabel];
    },
    async isTerminating(name) {
      const { metadata } = await core.readNamespace({ name });
      return metadata?.deletionTimestamp !== undefined;
    },
  };
}

interface Grant {
  readonly name: string;
  readonly accounts: string;
  readonly rules: readonly V1PolicyRule[];
}

async function allow(
  config: KubeConfig,
  { name, accounts, rules }: Grant,
  namespace: string | undefined,
): Promise<void> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const role = { metadata: { name }, rules: [...rules] };
  const binding = {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: accounts }],
  };
  if (namespace === undefined) {
    await rbac.createClusterRole({ body: role });
    await rbac.createClusterRoleBinding({ body: binding });
  } else {
    await rbac.createNamespacedRole({ namespace, body: role });
    await rbac.createNamespacedRoleBinding({ namespace, body: binding });
  }
}

async function installationIn(config: KubeConfig): Promise<ReportingInstallation> {
  const client = apiClient(kubeconfigCredentials(config));
  const namespace = await freshNamespace(config);
  const installation = `prod-${namespace}`;
  return {
    ...{ namespace, installation },
    tell: (report, name = 'pgwarden-namespaces') =>
      writeReport(
        client,
        { namespace, name },
        {
          ...{ schema: 'pgwarden.namespaces.v1', installation, namespaces: [] },
          ...{ mode: 'dynamic', reason: 'the watcher may list and change namespaces' },
          ...{ changed: new Date().toISOString(), ...report },
        },
      ),
  };
}

/** For three hours. */
export function standing(
  name: string,
  state: ReportedNamespace['state'],
  reason = 'so it is',
): ReportedNamespace {
  return { name, state, reason, since: new Date(Date.now() - 3 * 3_600_000).toISOString() };
}

export function namespaces(
  kubeconfig: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return runCli(['namespaces', ...args], { env: { KUBECONFIG: kubeconfig, ...env } });
}

export function newName(prefix = 'tenant'): string {
  return uniqueName(prefix).replace('_', '-');
}
