import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Refusal } from '../core/refusal.ts';
import { directoryPlaces } from '../sources/directory/places.ts';
import type { DirectoryPlaces } from '../sources/directory/source.ts';

export interface WorkerConfiguration {
  readonly temporal: ReturnType<typeof loadClientConnectConfig>;
  readonly taskQueue: string;
  /** Where the policies and their state are; the watcher's must be the same. */
  readonly places: DirectoryPlaces;
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
}

/**
 * Reads the environment, once. Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on) are
 * those of its CLI and SDKs. Throws Refusal `Usage`.
 */
export function readConfiguration(env: NodeJS.ProcessEnv): WorkerConfiguration {
  return {
    temporal: loadClientConnectConfig(),
    taskQueue: env.TEMPORAL_TASK_QUEUE ?? 'pgwarden',
    places: directoryPlaces(env),
    http: address(env.PGWARDEN_HTTP_ADDR ?? '127.0.0.1:8080'),
    logLevel: env.LOG_LEVEL ?? 'info',
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
