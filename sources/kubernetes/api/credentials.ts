import { readFile } from 'node:fs/promises';
import type { AgentOptions } from 'node:https';
import { join } from 'node:path';

/** Address and credentials of an API server. Read before every request, because tokens and certificates change. */
export interface Access {
  /** e.g. `https://10.0.0.1:443` */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<
    AgentOptions,
    'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'servername'
  >;
}

export interface Credentials {
  readonly access: () => Promise<Access>;
  /** The default namespace. */
  readonly namespace: string;
}

const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
const rereadMs = 60_000; // like client-go; the kubelet replaces a token long before it expires

/**
 * The ServiceAccount of this process's pod. It is read without the Kubernetes client package, which takes 76 MB of
 * memory. Throws an error if the files do not exist.
 */
export async function podCredentials(env: NodeJS.ProcessEnv, from = folder): Promise<Credentials> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const namespace = await readFile(join(from, 'namespace'), 'utf8');
  const read = async (): Promise<Access> => {
    const token = await readFile(join(from, 'token'), 'utf8');
    const ca = await readFile(join(from, 'ca.crt'), 'utf8');
    return { server, headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  };
  let latest = { access: await read(), at: Date.now() };
  const access = async () => {
    if (Date.now() - latest.at > rereadMs) latest = { access: await read(), at: Date.now() };
    return latest.access;
  };
  return { access, namespace: namespace.trim() };
}
