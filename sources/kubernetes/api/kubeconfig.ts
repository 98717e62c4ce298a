import type { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { Refusal } from '../../../core/refusal.ts';
import type { Access, Credentials } from './credentials.ts';

/**
 * Credentials from a kubeconfig file: tokens, certificates, programs to run. Uses `KUBECONFIG`, otherwise the user's
 * own file.
 */
export async function defaultKubeconfig(): Promise<Credentials> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromDefault();
  return kubeconfigCredentials(config);
}

/** Throws Refusal `Usage` for a kubeconfig that names no cluster, or one behind a proxy. */
export function kubeconfigCredentials(config: KubeConfig): Credentials {
  const cluster = config.getCurrentCluster();
  const hint = 'Set KUBECONFIG to a file whose current context has a cluster.';
  if (cluster === null)
    throw new Refusal('Usage', 'the current context of the kubeconfig has no cluster', hint);
  if (cluster.proxyUrl !== undefined) {
    throw new Refusal('Usage', 'proxy-url in a kubeconfig is not supported', 'Remove proxy-url.');
  }
  const context = config.getContextObject(config.getCurrentContext());
  return {
    namespace: context?.namespace ?? 'default',
    access: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return accessIn(cluster.server.replace(/\/$/, ''), options);
    },
  };
}

function accessIn(server: string, options: RequestOptions): Access {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername, auth } = options;
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]);
  const basic =
    typeof auth === 'string'
      ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }
      : {};
  const tls = { ca, cert, key, passphrase, rejectUnauthorized, servername };
  const known = Object.entries(tls).filter(([, value]) => value !== undefined);
  return {
    server,
    headers: { ...(Object.fromEntries(given) as Record<string, string>), ...basic },
    tls: Object.fromEntries(known),
  };
}
