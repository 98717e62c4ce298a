import { loadClientConnectConfig } from '@temporalio/envconfig';
import { join, resolve } from 'node:path';
import { Refusal } from '../core/refusal.ts';

export interface WorkerConfiguration {
  readonly temporal: ReturnType<typeof loadClientConnectConfig>;
  readonly taskQueue: string;
  /** Directory of the policies, and where their status is kept. */
  readonly policies: string;
  readonly state: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
}

/**
 * Reads the environment, once. Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on) are
 * those of its CLI and SDKs. Throws Refusal `Usage`.
 */
export function readConfiguration(env: NodeJS.ProcessEnv): WorkerConfiguration {
  const policies = env.PGWARDEN_POLICIES;
  if (policies === undefined || policies === '') {
    const hint = 'Set it to the directory that holds the policies.';
    throw new Refusal('Usage', 'PGWARDEN_POLICIES is not set', hint);
  }
  return {
    temporal: loadClientConnectConfig(),
    taskQueue: env.TEMPORAL_TASK_QUEUE ?? 'pgwarden',
    policies: resolve(policies),
    state: resolve(env.PGWARDEN_STATE ?? join(policies, '.pgwarden')),
    http: address(env.PGWARDEN_HTTP_ADDR ?? '127.0.0.1:8080'),
    logLevel: env.PGWARDEN_LOG_LEVEL ?? 'info',
  };
}

function address(text: string): WorkerConfiguration['http'] {
  const { host, port } = /^(?<host>.*):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    const hint = 'Write it like 127.0.0.1:8080 or :8080.';
    throw new Refusal('Usage', `PGWARDEN_HTTP_ADDR is not an address: ${text}`, hint);
  }
  return { host: host === '' ? '0.0.0.0' : host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
