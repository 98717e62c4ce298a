import { type KubeConfig, AuthorizationV1Api } from '@kubernetes/client-node';
import { z } from 'zod';
import { asServiceAccount, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { manifests, template, type Manifest } from './helm.ts';

/** `<verb> <resource>[/<subresource>][ <name>]`, in one namespace. */
export type Right = string;

export type Accounts = Readonly<Record<'worker' | 'watcher', KubeConfig>>;

/** Installs only the permissions of a release in `namespace`. Returns the tokens of its ServiceAccounts. */
export async function installed(namespace: string, set: readonly string[] = []): Promise<Accounts> {
  const all = await rightsRendered(namespace, set);
  const { stderr } = await applied(all);
  if (stderr !== '') throw new Error(stderr);
  const admin = await kubernetes();
  const as = {
    worker: await asServiceAccount(admin, namespace, 'pgwarden-worker'),
    watcher: await asServiceAccount(admin, namespace, 'pgwarden-watcher'),
  };
  await granted(as, all, namespace);
  return as;
}

/** ServiceAccounts, Roles and bindings of a release, without those for people. */
export async function rightsRendered(
  namespace: string,
  set: readonly string[],
): Promise<readonly Manifest[]> {
  const quiet = ['crds.enabled=false', 'rbac.aggregate=false'];
  const all = manifests(await template('production', { namespace, set: [...set, ...quiet] }));
  return all.filter(({ kind }) => /^ServiceAccount$|Role/.test(kind));
}

const rule = z.object({
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
});
const bound = z.object({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.tuple([z.object({ name: z.string() })]),
});

/** Waits until the API server applies the Roles among `all`, which takes a moment. */
export async function granted(
  as: Accounts,
  all: readonly Manifest[],
  namespace: string,
): Promise<void> {
  for (const binding of all.filter(({ kind }) => kind.endsWith('Binding'))) {
    const { roleRef, subjects } = bound.parse(binding);
    const role = all.find(
      ({ kind, metadata }) =>
        kind === roleRef.kind &&
        metadata.name === roleRef.name &&
        metadata.namespace === binding.metadata.namespace,
    );
    const rights = rightsOf(z.array(rule).parse(role?.rules));
    const config = subjects[0].name === 'pgwarden-worker' ? as.worker : as.watcher;
    await eventually(async () => {
      const known = await rightsIn(config, binding.metadata.namespace ?? namespace);
      return rights.every((right) => known.includes(right));
    });
  }
}

/** All permissions in a namespace except those that every user has. */
export async function rightsIn(config: KubeConfig, namespace: string): Promise<readonly Right[]> {
  const api = config.makeApiClient(AuthorizationV1Api);
  const { status } = await api.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  const rules = (status?.resourceRules ?? []).filter(
    ({ resources = [] }) => !resources.every((resource) => resource.startsWith('selfsubject')),
  );
  return [...new Set(rightsOf(rules))].toSorted();
}

interface Rule {
  readonly resources?: readonly string[] | undefined;
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[] | undefined;
}

function rightsOf(rules: readonly Rule[]): readonly Right[] {
  return rules.flatMap(({ resources = [], verbs, resourceNames = [] }) =>
    verbs.flatMap((verb) =>
      resources.map((resource) => [verb, resource, ...resourceNames].join(' ')),
    ),
  );
}
