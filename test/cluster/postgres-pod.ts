import type { ClusterTools } from './tools.ts';

/** A PostgreSQL server in a pod, in the namespace `default`, reached by pods as `postgres.default.svc`. */
export interface PostgresPod {
  /** For this machine, as the superuser. */
  readonly urlHere: (database: string) => string;
  /** For another pod, as the superuser. */
  readonly urlThere: (database: string) => string;
}

const image = 'pgwarden-local/postgres:18.4';
const password = 'not-a-secret-in-a-test';

export async function startPostgresPod(tools: ClusterTools): Promise<PostgresPod> {
  await tools.apply(manifests);
  await tools.kubectl('wait', '--for=condition=Ready', '--timeout=120s', 'pod/postgres');
  const address = await tools.kubectl('get', 'pod/postgres', '-o', 'jsonpath={.status.podIP}');
  const url = (host: string) => (database: string) =>
    `postgres://postgres:${password}@${host}:5432/${database}`;
  return { urlHere: url(address), urlThere: url('postgres.default.svc') };
}

const server = [
  ...['postgres', '-D', '/data/cluster', '-c', 'listen_addresses=*', '-c', 'fsync=off'],
  ...['-c', 'hba_file=/settings/pg_hba.conf', '-c', 'unix_socket_directories='],
];

const initialize = [
  ...['initdb', '--pgdata', '/data/cluster', '--username', 'postgres', '--locale', 'C'],
  ...['--encoding', 'UTF8', '--pwfile', '/settings/password', '--auth', 'scram-sha-256'],
];

const mounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'settings', mountPath: '/settings' },
];

const manifests = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'postgres' },
    stringData: { password, 'pg_hba.conf': 'host all all all scram-sha-256\n' },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'postgres', labels: { app: 'postgres' } },
    spec: {
      securityContext: { runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534 },
      initContainers: [{ name: 'initialize', image, command: initialize, volumeMounts: mounts }],
      containers: [
        {
          name: 'postgres',
          image,
          command: server,
          ports: [{ containerPort: 5432 }],
          readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
          volumeMounts: mounts,
        },
      ],
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'settings', secret: { secretName: 'postgres' } },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'postgres' },
    spec: { selector: { app: 'postgres' }, ports: [{ port: 5432 }] },
  },
];
