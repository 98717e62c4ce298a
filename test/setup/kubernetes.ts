import { AuthenticationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { kubeconfigPath, uniqueName } from './servers.ts';

/** The shared Kubernetes API server, with the administrator's rights. `kubernetes().makeApiClient(...)`. */
export async function kubernetes(): Promise<KubeConfig> {
  const config = new KubeConfig();
  config.loadFromFile(await kubeconfigPath());
  return config;
}

/** A separate namespace for one test. It is never deleted, because the server is thrown away after the run. */
export async function freshNamespace(config: KubeConfig): Promise<string> {
  const name = uniqueName('test').replace('_', '-');
  await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name } } });
  return name;
}

/** The same server with the rights of an existing ServiceAccount: its token, valid for an hour. */
export async function asServiceAccount(
  config: KubeConfig,
  namespace: string,
  name: string,
): Promise<KubeConfig> {
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    name,
    namespace,
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const server = config.getCurrentCluster();
  if (status === undefined || server === null) throw new Error('the server gave no token');
  const its = new KubeConfig();
  its.loadFromClusterAndUser(server, { name, token: status.token });
  return its;
}

/** The user name of a client on the server: `admin`, or `system:serviceaccount:<namespace>:<name>`. */
export async function userOf(config: KubeConfig): Promise<string | undefined> {
  const api = config.makeApiClient(AuthenticationV1Api);
  const review = await api.createSelfSubjectReview({ body: {} });
  return review.status?.userInfo?.username;
}
