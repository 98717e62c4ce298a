import { Refusal } from '../../core/refusal.ts';
import { nonEmpty } from '../../core/environment.ts';
import { apiClient, type ApiClient } from './api/client.ts';
import { podCredentials, type Credentials } from './api/credentials.ts';
import { defaultKubeconfig } from './api/kubeconfig.ts';

export interface ClusterAccess {
  readonly client: ApiClient;
  /** Our own: of the pod, else of the kubeconfig's context. */
  readonly namespace: string;
}

/**
 * The way to the API server: `KUBECONFIG` where it is set, the pod's ServiceAccount where there is one, else the user's
 * own kubeconfig. Throws Refusal `Usage` where nothing of it can be read.
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
    const hint = 'In a pod, mount the ServiceAccount token; elsewhere set KUBECONFIG.';
    throw new Refusal('Usage', `${what} cannot be read: ${why}`, hint);
  }
}
