import { Refusal } from '../../core/refusal.ts';
import { nonEmpty } from '../../core/environment.ts';
import { apiClient, type ApiClient } from './api/client.ts';
import { podCredentials, type Credentials } from './api/credentials.ts';
import { defaultKubeconfig } from './api/kubeconfig.ts';

export interface ClusterAccess {
  readonly client: ApiClient;
  /** Our own namespace: that of the pod, otherwise of the kubeconfig's context. */
  readonly namespace: string;
}

/**
 * Connects to the API server with `KUBECONFIG` if it is set, in a pod with its ServiceAccount, otherwise with the
 * user's own kubeconfig. Throws Refusal `Usage` if none can be read.
 */
export async function clusterAccess(
  env: NodeJS.ProcessEnv,
  podNamespace: string | undefined,
): Promise<ClusterAccess> {
  const credentials = await credentialsOf(env);
  return { client: apiClient(credentials), namespace: podNamespace ?? credentials.namespace };
}

async function credentialsOf(env: NodeJS.ProcessEnv): Promise<Credentials> {
  const isInPod = (env.KUBERNETES_SERVICE_HOST ?? '') !== '' && (env.KUBECONFIG ?? '') === '';
  const folder = nonEmpty(env.PGWARDEN_SERVICE_ACCOUNT);
  try {
    return isInPod ? await podCredentials(env, folder) : await defaultKubeconfig();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const what = isInPod ? "the pod's ServiceAccount" : 'the kubeconfig';
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'Mount the ServiceAccount token in a pod; set KUBECONFIG elsewhere.';
    throw new Refusal('Usage', `cannot read ${what}: ${why}`, hint);
  }
}
