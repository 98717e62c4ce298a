import { defaultZone, isZoneName } from '../core/manifest/zone.ts';
import { Refusal } from '../core/refusal.ts';
import { defaultConnectionsPerServer } from '../postgres/pool.ts';
import { processConfiguration, type ProcessConfiguration } from '../runtime/configuration.ts';

export interface WorkerConfiguration extends ProcessConfiguration {
  /** File with the bounds that the platform sets for policies. Without it, policies have no bounds. */
  readonly boundsFile: string | undefined;
  /** Most connections of this worker to one PostgreSQL server. */
  readonly connectionsPerServer: number;
  /** The zone whose databases this worker enters. */
  readonly zone: string;
  readonly logLevel: string;
}

/** Reads the environment once. Throws Refusal `Usage`. */
export function readConfiguration(env: NodeJS.ProcessEnv): WorkerConfiguration {
  return {
    ...processConfiguration(env, '127.0.0.1:8080'),
    boundsFile: env.PGWARDEN_BOUNDS_FILE,
    connectionsPerServer: connectionsPerServer(env.PGWARDEN_CONNECTIONS_PER_SERVER),
    zone: zoneOfWorker(env.PGWARDEN_ZONE),
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}

/** An apply uses two connections at the same time, and a retirement one more. */
const fewestConnections = 4;
const mostConnections = 1_000;

function connectionsPerServer(text = ''): number {
  if (text === '') return defaultConnectionsPerServer;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (number >= fewestConnections && number <= mostConnections) return number;
  const range = `${String(fewestConnections)} to ${String(mostConnections)}`;
  throw new Refusal(
    'Usage',
    `PGWARDEN_CONNECTIONS_PER_SERVER is not a number from ${range}: ${text.slice(0, 40)}`,
    `Unset it for the default of ${String(defaultConnectionsPerServer)}.`,
  );
}

function zoneOfWorker(text = ''): string {
  if (text === '') return defaultZone;
  if (isZoneName(text)) return text;
  throw new Refusal(
    'Usage',
    `PGWARDEN_ZONE is not the name of a zone: ${text.slice(0, 80)}`,
    'Write up to 40 lower-case letters, digits and dashes, as in connection.zone of policies.',
  );
}
