import { CoreV1Api, type KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { asServiceAccount } from '../setup/kubernetes.ts';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

/** All rights of worker and watcher, as the chart grants them, so that every test also tests those rights. */
export const rights = {
  worker: [
    { apiGroups: ['pgroles.io'], resources: ['postgrespolicies'], verbs: ['get', 'list', 'patch'] },
    { apiGroups: ['pgroles.io'], resources: ['postgrespolicies/status'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
  ],
  watcher: [
    { apiGroups: ['pgroles.io'], resources: ['postgrespolicies'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] },
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['localsubjectaccessreviews'],
      verbs: ['create'],
    },
    { apiGroups: ['pgroles.io'], resources: ['postgrespolicies/status'], verbs: ['patch'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'create', 'update'],
    },
  ],
} satisfies Record<string, readonly Rule[]>;

/** A ServiceAccount with only the rights of one of the two, in one namespace. */
export async function accountFor(
  config: KubeConfig,
  namespace: string,
  name: keyof typeof rights,
): Promise<KubeConfig> {
  await config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await allow(config, namespace, { account: name, name, rules: rights[name] });
  return asServiceAccount(config, namespace, name);
}

interface Grant {
  readonly account: string;
  /** Namespace of the account, if it is another. */
  readonly home?: string;
  /** Name of the Role. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

export async function allow(
  config: KubeConfig,
  namespace: string,
  { account, home = namespace, name, rules }: Grant,
): Promise<void> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const metadata = { name, namespace };
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules: [...rules] } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: home }],
    },
  });
}
