import type { ClusterTools } from './tools.ts';

/** A policy in the namespace `default` for the database `shop`. `spec` can override fields. */
export function policy(name: string, spec: object): object {
  return {
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name },
    spec: { connection: { secretRef: { name: 'shop' } }, interval: '1h', ...spec },
  };
}

/** The Secret with the connection of policies. */
export function connection(url: string, name = 'shop'): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { DATABASE_URL: url },
  };
}

export function selectOn(role: string, table: string): object {
  return { role, privileges: ['SELECT'], object: { type: 'table', schema: 'public', name: table } };
}

/** As a user waits: `kubectl wait`. */
export function untilCondition(
  { kubectl }: ClusterTools,
  name: string,
  condition: string,
): Promise<string> {
  return kubectl('wait', `--for=condition=${condition}`, '--timeout=90s', `pgr/${name}`);
}

/** The reason of a condition, e.g. `Reconciled`. */
export function reasonOf(
  { kubectl }: ClusterTools,
  name: string,
  condition: string,
): Promise<string> {
  const path = `jsonpath={.status.conditions[?(@.type=="${condition}")].reason}`;
  return kubectl('get', `pgr/${name}`, '-o', path);
}

/** A URL of the server in the pod for another role. */
export function asRole(url: string, role: string, password: string): string {
  const its = new URL(url);
  its.username = role;
  its.password = password;
  return its.href;
}

/** The pods of a component that are not terminating. */
export async function podsOf({ kubectl }: ClusterTools, component: string): Promise<string[]> {
  const selector = `app.kubernetes.io/component=${component}`;
  const each = '{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\\n"}}{{end}}';
  const template = `go-template={{range .items}}${each}{{end}}`;
  const names = await kubectl('-n', 'pgwarden', 'get', 'pods', '-l', selector, '-o', template);
  return names.split('\n').filter((name) => name !== '');
}

/** The chart as an evaluation install, as its manual describes it. */
export function installation(): string[] {
  return [
    ...['pgwarden', 'charts/pgwarden', '--namespace', 'pgwarden', '--create-namespace'],
    ...['--set', 'devServer.enabled=true', '--wait', '--timeout', '4m'],
  ];
}
