import { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { accessesTo, accessText, deniedOf, type Access } from '../access-review.ts';

const policies = [['pgroles.io', 'postgrespolicies']] as const;
const secrets = [['', 'secrets']] as const;

/** The rights that the watcher needs in a namespace with policies. */
export function watcherNeeds(namespace: string): readonly Access[] {
  return accessesTo([...policies, ...secrets], ['list', 'watch'], namespace);
}

/** The rights that the worker needs there. */
export function workerNeeds(namespace: string): readonly Access[] {
  return [
    ...accessesTo(policies, ['get', 'list', 'patch'], namespace),
    ...accessesTo(policies, ['patch'], namespace).map((access) => ({
      ...access,
      subresource: 'status',
    })),
    ...accessesTo(secrets, ['get', 'create'], namespace),
    ...accessesTo([['events.k8s.io', 'events']], ['create'], namespace),
  ];
}

/** The rights that this worker lacks in a namespace. Undefined if it has all. Throws Refusal. */
export async function missingRights(
  client: ApiClient,
  namespace: string,
): Promise<Refusal | undefined> {
  const denied = await deniedOf(client, workerNeeds(namespace));
  if (denied.length === 0) return undefined;
  const message = lackText(namespace, denied);
  const hint =
    'Restore the Role and RoleBinding of the worker in the namespace; see docs/namespaces.md.';
  return new Refusal('NamespaceRightsMissing', message, hint);
}

export function lackText(namespace: string, denied: readonly Access[]): string {
  return `the worker may not ${accessText(denied)} in namespace ${namespace}`;
}
