import { Refusal } from '../../core/refusal.ts';
import { clusterAccess } from '../../sources/kubernetes/access.ts';
import type { ApiClient } from '../../sources/kubernetes/api/client.ts';

/** Uses the API server of the user's kubeconfig, or in a pod the one of its ServiceAccount. Throws Refusal. */
export async function withCluster<T>(work: (client: ApiClient) => Promise<T>): Promise<T> {
  const { client } = await clusterAccess(process.env, undefined);
  try {
    return await work(client);
  } catch (error) {
    throw error instanceof Refusal ? forUser(error) : error;
  }
}

/** A user needs other hints than an administrator of the worker and the watcher. */
const hints: Partial<Record<Refusal['code'], string>> = {
  KubernetesForbidden:
    'Ask a cluster administrator for this permission, or use another context of your kubeconfig.',
  KubernetesUnavailable: 'Check KUBECONFIG and its current context: kubectl cluster-info.',
};

function forUser({ code, message, hint, details }: Refusal): Refusal {
  return new Refusal(code, message, hints[code] ?? hint, details);
}
