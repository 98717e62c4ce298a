import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { parse } from 'yaml';
import { startApiServer } from '../tools/kubernetes/api-server.ts';
import { freePort } from '../embedded/ports.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { resolveTemporal } from '../embedded/temporal-executable.ts';
import { startTemporal } from '../embedded/temporal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { apiClient } from '../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../sources/kubernetes/api/kubeconfig.ts';
import { textOf } from '../sources/kubernetes/api/text.ts';
import { httpTransport } from '../sources/kubernetes/api/transport.ts';
import { paths } from '../sources/kubernetes/paths.ts';
import { policyType } from '../sources/kubernetes/resource.ts';
import { searchAttributeTypes } from '../workflows/messages.ts';
import { runProcess, stopProcess, until } from './processes.ts';

export const namespace = 'bench';

/** Everything that pgwarden needs on Kubernetes, each as a real process, and pgwarden's worker and watcher. */
export interface Stage {
  readonly api: ApiClient;
  readonly apiServerPid: number;
  readonly temporal: Client;
  readonly processes: Processes;
  /** URL of a superuser in the first database. */
  readonly sql: pg.Client;
  /** A superuser's connection to one of the databases. End it. */
  connect(database: number): Promise<pg.Client>;
  /** Databases, each with a Secret `db0`, `db1` and so on. */
  readonly databases: number;
  /** The sum of a counter's series whose names and labels match, from the worker or the API server. */
  counter(series: RegExp, from?: 'api'): Promise<number>;
  stop(): Promise<void>;
}

interface Processes {
  worker: ChildProcess;
  watcher: ChildProcess;
  /** Does not wait until they are ready. */
  start(): void;
  stop(): Promise<void>;
}

function runBoth(environment: NodeJS.ProcessEnv, http: string): Processes {
  const worker = () => runProcess('worker', { ...environment, PGWARDEN_HTTP_ADDR: http });
  const watcher = () =>
    runProcess('watcher', { ...environment, PGWARDEN_HTTP_ADDR: '127.0.0.1:0' });
  const processes: Processes = {
    worker: worker(),
    watcher: watcher(),
    start() {
      processes.worker = worker();
      processes.watcher = watcher();
    },
    async stop() {
      await Promise.all([stopProcess(processes.worker), stopProcess(processes.watcher)]);
    },
  };
  return processes;
}

export async function openStage(databases: number): Promise<Stage> {
  const choice = await resolveTemporal(process.env);
  if (choice.kind !== 'executable') throw new Error('the benchmark starts its own Temporal server');
  const settings = { max_connections: '200', max_locks_per_transaction: '2048' };
  const postgres = await startPostgres({ major: 18, durable: false, settings });
  const temporal = await startTemporal({
    executable: choice.path,
    searchAttributes: searchAttributeTypes,
  });
  const connection = await Connection.connect({ address: temporal.address });
  const server = await startApiServer();
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  const credentials = kubeconfigCredentials(config);
  const api = apiClient(credentials);
  const transport = httpTransport(credentials);
  const sql = await connected(postgres.url);
  await prepareCluster(api);
  await createDatabases(databases, { api, sql, url: postgres.url });
  const port = await freePort();
  const environment = {
    ...process.env,
    TEMPORAL_ADDRESS: temporal.address,
    ...podEnvironment(config),
    LOG_LEVEL: 'error',
  };
  const http = `127.0.0.1:${String(port)}`;
  const processes = runBoth(environment, http);
  await until(() => isReady(http), 50);
  return {
    ...{ api, apiServerPid: server.pid, sql, databases },
    processes,
    connect: (database) => connected(urlOf(postgres.url, `db${String(database)}`)),
    temporal: new Client({ connection }),
    async counter(series, from) {
      if (from === undefined)
        return sumOf(series, await (await fetch(`http://${http}/metrics`)).text());
      const request = { method: 'GET', path: '/metrics', accept: 'text/plain' } as const;
      return sumOf(series, await textOf(await transport(request, AbortSignal.timeout(10_000))));
    },
    async stop() {
      await sql.end();
      await processes.stop();
      await connection.close();
      await temporal.stop();
      await server.stop();
      await postgres.stop();
    },
  };
}

const definition = 'charts/pgwarden/files/postgrespolicies.pgroles.io.yaml';

/** The configuration that a pod has. A client for kubeconfig files would use most of a watcher's memory. */
function podEnvironment(config: KubeConfig): Readonly<Record<string, string>> {
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
  const { hostname, port } = new URL(server);
  const folder = mkdtempSync(join(tmpdir(), 'pgwarden-bench-'));
  writeFileSync(join(folder, 'ca.crt'), Buffer.from(caData, 'base64'));
  writeFileSync(join(folder, 'token'), config.getCurrentUser()?.token ?? '');
  writeFileSync(join(folder, 'namespace'), namespace);
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    PGWARDEN_SERVICE_ACCOUNT: folder,
    POD_NAMESPACE: namespace,
  };
}

async function prepareCluster(api: ApiClient): Promise<void> {
  const resource = parse(readFileSync(definition, 'utf8')) as object;
  await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', resource);
  await api.create('/api/v1/namespaces', {
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { name: namespace },
  });
  const path = paths.policies(namespace);
  await until(() => api.get(path).catch(() => undefined), 50);
}

async function createDatabases(
  count: number,
  { api, sql, url }: { readonly api: ApiClient; readonly sql: pg.Client; readonly url: string },
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const name = `db${String(index)}`;
    await sql.query(`CREATE DATABASE ${name}`);
    await createSecret(api, name, { DATABASE_URL: urlOf(url, name) });
  }
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

function urlOf(url: string, database: string): string {
  const its = new URL(url);
  its.pathname = `/${database}`;
  return its.href;
}

async function isReady(http: string): Promise<true | undefined> {
  const answer = await fetch(`http://${http}/readyz`).catch(() => undefined);
  return answer?.ok === true ? true : undefined;
}

function sumOf(series: RegExp, text: string): number {
  return text
    .split('\n')
    .filter((line) => series.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

export function createSecret(
  api: ApiClient,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<unknown> {
  return api.create(paths.secrets(namespace), secret(name, stringData));
}

export function secret(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
}

export function policy(name: string, spec: object): object {
  return { ...policyType, metadata: { name, namespace }, spec };
}
