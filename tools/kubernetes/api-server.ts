import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../embedded/ports.ts';
import { startServerProcess, type ServerProcess } from '../../embedded/server-process.ts';
import { startEtcd } from './etcd.ts';
import { kubernetesExecutable } from './executables.ts';
import { adminKubeconfig } from './kubeconfig.ts';

export interface ApiServer {
  /** A kubeconfig file with all rights for `kubectl --kubeconfig` and client libraries. */
  readonly kubeconfig: string;
  readonly pid: number;
  /** PEM files for the programs that run with it. */
  readonly keys: {
    /** The key that signs tokens of service accounts. */
    readonly serviceAccounts: string;
    /** Certificates to trust. */
    readonly authority: string;
  };
  readonly stop: () => Promise<void>;
}

interface ApiServerOptions {
  /** The addresses on which it listens and on which pods find it. Default loopback, and none for pods. */
  readonly address?: string;
  /** Further flags, e.g. `{ 'service-cluster-ip-range': '10.0.0.0/24' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface Identity {
  readonly url: string;
  readonly token: string;
  readonly certificates: string;
}

const startLimitMs = 60_000;

/**
 * Starts an empty etcd and Kubernetes API server, on loopback by default, and returns when it is ready, after 3 to 5
 * seconds.
 *
 * No other part of a cluster runs: no pod is scheduled, nothing is garbage collected, and a deleted namespace stays.
 * `stop` removes everything. Throws an error with the server's last output when it does not start.
 */
export async function startApiServer({
  address = '127.0.0.1',
  settings,
}: ApiServerOptions = {}): Promise<ApiServer> {
  const executable = await kubernetesExecutable('kube-apiserver');
  const home = await mkdtemp(join(tmpdir(), 'pgwarden-kubernetes-'));
  const certificates = join(home, 'certificates');
  const keys = {
    serviceAccounts: join(home, 'service-accounts.pem'),
    authority: join(certificates, 'apiserver.crt'),
  };
  await mkdir(certificates);
  const etcd = await startEtcd(home);
  const port = await freePort();
  const token = randomBytes(24).toString('base64url');
  const server = await startServerProcess({
    file: executable,
    args: serverArguments({
      ...(await writeKeys(home, keys.serviceAccounts, token)),
      'bind-address': address,
      'advertise-address': address,
      'etcd-servers': etcd.url,
      'secure-port': String(port),
      'cert-dir': certificates,
      ...settings,
    }),
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  });
  const stop = async () => {
    await server.stop();
    await etcd.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const identity = { url: `https://${address}:${port}`, token, certificates };
    const authority = await untilReady(identity, server);
    const kubeconfig = join(home, 'kubeconfig.json');
    await writeFile(kubeconfig, adminKubeconfig({ ...identity, authority }), { mode: 0o600 });
    return { kubeconfig, pid: server.pid, keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The administrator's token, and the key that signs tokens of service accounts. */
async function writeKeys(
  home: string,
  key: string,
  token: string,
): Promise<Record<string, string>> {
  const tokens = join(home, 'tokens.csv');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = privateKey.export({ type: 'sec1', format: 'pem' });
  await writeFile(tokens, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await writeFile(key, pem, { mode: 0o600 });
  return {
    'token-auth-file': tokens,
    'service-account-key-file': key,
    'service-account-signing-key-file': key,
  };
}

/** The server makes its own certificate. Admission has its default settings. */
function serverArguments(settings: Readonly<Record<string, string>>): string[] {
  const all = {
    'endpoint-reconciler-type': 'none', // no client reaches it through a service
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-cluster-ip-range': '10.0.0.0/24',
    profiling: 'false',
    ...settings,
  };
  return Object.entries(all).map(([name, value]) => `--${name}=${value}`);
}

/** Returns the certificates to trust. */
async function untilReady(identity: Identity, server: ServerProcess): Promise<Buffer> {
  const deadline = Date.now() + startLimitMs;
  let end: string | undefined;
  void server.ended.then((how) => (end = how));
  for (;;) {
    const authority = await readFile(join(identity.certificates, 'apiserver.crt')).catch(
      () => undefined,
    );
    if (authority !== undefined && (await isReady(identity, authority))) return authority;
    if (end !== undefined) throw notUp(`ended by itself (${end})`, server);
    if (Date.now() > deadline) throw notUp('was not ready within a minute', server);
    await sleep(50);
  }
}

function isReady({ url, token }: Identity, ca: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}/readyz`, { ca, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => {
      resolve(false);
    });
  });
}

function notUp(what: string, server: ServerProcess): Error {
  const lastWords = server.output().trim().split('\n').slice(-5).join('\n');
  return new Error(`the Kubernetes API server ${what}:\n${lastWords}`);
}
