import { type KubeConfig, AuthorizationV1Api } from '@kubernetes/client-node';
import { asServiceAccount, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { manifests, template } from './helm.ts';

/** `<verb> <resource>[/<subresource>][ <name>]`, in one namespace. */
export type Right = string;

/** The rights of a release in `namespace` for policies in `target`, with the token of each of its ServiceAccounts. */
export async function installed(namespace: string, target: string, set: readonly string[] = []) {
  const all = manifests(
    await template('production', {
      namespace,
      set: [...set, 'crds.enabled=false', 'rbac.aggregate=false'],
    }),
  );
  const { stderr } = await applied(all.filter(({ kind }) => /^ServiceAccount$|Role/.test(kind)));
  if (stderr !== '') throw new Error(stderr);
  const admin = await kubernetes();
  const as = {
    worker: await asServiceAccount(admin, namespace, 'pgwarden-worker'),
    watcher: await asServiceAccount(admin, namespace, 'pgwarden-watcher'),
  };
  // The API server learns of each role a moment later.
  const has = (config: KubeConfig, place: string, right: Right) =>
    eventually(async () => (await rightsIn(config, place)).includes(right));
  await has(as.worker, namespace, 'get secrets pgwarden-version-key');
  await has(as.worker, target, 'create events');
  await has(as.watcher, namespace, 'create leases');
  await has(as.watcher, target, 'watch secrets');
  return as;
}

/** All that somebody may do in a namespace, but what everybody may. */
export async function rightsIn(config: KubeConfig, namespace: string): Promise<readonly Right[]> {
  const api = config.makeApiClient(AuthorizationV1Api);
  const { status } = await api.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  const rights = (status?.resourceRules ?? []).flatMap(
    ({ apiGroups = [], resources = [], verbs, resourceNames = [] }) =>
      apiGroups.some((group) => /^(authorization|authentication)\.k8s\.io$/.test(group))
        ? []
        : verbs.flatMap((verb) =>
            resources.map((resource) => [verb, resource, ...resourceNames].join(' ')),
          ),
  );
  return [...new Set(rights)].toSorted();
}
