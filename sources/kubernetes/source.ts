import { contentVersions } from '../content-version.ts';
import type { PolicySource } from '../source.ts';
import { recordEvent } from './events.ts';
import { keep } from './keep.ts';
import { isIn } from './namespace-set/namespace-set.ts';
import { missingRights } from './namespace-set/needs.ts';
import { listPolicies, listPoliciesUsing, listStatuses, readPolicy } from './policies.ts';
import { createSecret, readSecret } from './secrets.ts';
import { versionKey } from './version-key.ts';
import type { WatchOptions } from './watch.ts';
import { watchCluster } from './watch.ts';
import { writeStatus } from './write-status.ts';

interface KubernetesOptions extends WatchOptions {
  /** Our own namespace, which has the key for versions of Secrets. */
  readonly namespace: string;
  /** The reporting pod of Events. */
  readonly instance: string;
}

const versionKeySecret = 'pgwarden-version-key';

/**
 * Policies as `PostgresPolicy` resources, and Secrets, from a Kubernetes API server.
 *
 * Several processes may use it at once. It stores no data of Secrets, and never relies on what it read earlier.
 */
export function kubernetesSource(options: KubernetesOptions): PolicySource {
  const { client, namespaces, namespace, instance } = options;
  const keyRef = { namespace, name: versionKeySecret };
  const secrets = { client, versionOf: contentVersions(() => versionKey(client, keyRef)) };
  const watching = watchCluster(options);
  return {
    // A policy outside of the managed namespaces is not managed any more, even while its workflow
    // still runs.
    readPolicy: async (ref) =>
      (await isIn(namespaces, ref.namespace)) ? readPolicy(client, ref) : undefined,
    listPolicies: () => listPolicies(client, namespaces.names()),
    statuses: () => listStatuses(client, namespaces.names()),
    readSecret: (ref) => readSecret(secrets, ref),
    createSecret: (ref, owner, data) => createSecret(secrets, ref, owner, data),
    keep: (policy, kept) => keep(client, policy, kept),
    writeStatus: (policy, change, seen) => writeStatus(client, policy, change, seen),
    missingRights: (namespace) => missingRights(client, namespace),
    recordEvent: (policy, event) => recordEvent(client, instance, policy, event),
    policiesUsing: async (secret) =>
      watching.policiesUsing(secret) ?? (await listPoliciesUsing(client, secret)),
    watch: watching.begin,
  };
}
