import { processConfiguration, type ProcessConfiguration } from '../runtime/configuration.ts';

export interface WorkerConfiguration extends ProcessConfiguration {
  /** File with the bounds that the platform sets for policies. Without it, policies have no bounds. */
  readonly boundsFile: string | undefined;
  readonly logLevel: string;
}

/** Reads the environment once. Throws Refusal `Usage`. */
export function readConfiguration(env: NodeJS.ProcessEnv): WorkerConfiguration {
  return {
    ...processConfiguration(env, '127.0.0.1:8080'),
    boundsFile: env.PGWARDEN_BOUNDS_FILE,
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}
