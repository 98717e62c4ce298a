import { sourceConfiguration, type SourceConfiguration } from '../sources/configuration.ts';
import { httpAddress, type HttpAddress } from './http-address.ts';
import { temporalSettings, type TemporalSettings } from './temporal-settings.ts';

export interface WorkerConfiguration {
  readonly temporal: TemporalSettings;
  readonly taskQueue: string;
  /** The watcher's must be the same. */
  readonly source: SourceConfiguration;
  /** File with what the platform lets policies do. Nothing is bounded without. */
  readonly boundsFile: string | undefined;
  readonly http: HttpAddress;
  readonly logLevel: string;
}

/**
 * Reads the environment, once. Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on) are
 * those of its CLI and SDKs. Throws Refusal `Usage`.
 */
export function readConfiguration(env: NodeJS.ProcessEnv): WorkerConfiguration {
  return {
    temporal: temporalSettings(),
    taskQueue: env.TEMPORAL_TASK_QUEUE ?? 'pgwarden',
    source: sourceConfiguration(env),
    boundsFile: env.PGWARDEN_BOUNDS_FILE,
    http: httpAddress(env, '127.0.0.1:8080'),
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}
