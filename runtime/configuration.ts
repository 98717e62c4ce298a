import { sourceConfiguration, type SourceConfiguration } from '../sources/configuration.ts';
import { httpAddress, type HttpAddress } from './http-address.ts';
import { temporalSettings, type TemporalSettings } from './temporal-settings.ts';

/** Configuration that worker and watcher share. The task queue and the source must be the same for both. */
export interface ProcessConfiguration {
  readonly temporal: TemporalSettings;
  readonly taskQueue: string;
  readonly source: SourceConfiguration;
  /** Address of the health probes and metrics. */
  readonly http: HttpAddress;
}

/**
 * Reads the environment once. The settings for Temporal (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on) are the same
 * as for its CLI and SDKs. Throws Refusal `Usage`.
 */
export function processConfiguration(
  env: NodeJS.ProcessEnv,
  defaultHttpAddress: string,
): ProcessConfiguration {
  return {
    source: sourceConfiguration(env),
    http: httpAddress(env, defaultHttpAddress),
    temporal: temporalSettings(),
    taskQueue: env.TEMPORAL_TASK_QUEUE ?? 'pgwarden',
  };
}
