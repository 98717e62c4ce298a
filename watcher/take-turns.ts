import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Refusal } from '../core/refusal.ts';
import type { ClusterAccess } from '../sources/kubernetes/access.ts';
import type { LeaseOptions } from '../sources/kubernetes/lease.ts';
import { whileHeld } from '../sources/kubernetes/while-held.ts';
import type { PolicySource } from '../sources/source.ts';
import { noMetrics } from './metrics.ts';
import { startWatcher, type WatcherOptions } from './start.ts';

export interface Turns {
  /** Why it is not known yet whether this process or another one holds the Lease; undefined when it is known. */
  readonly undecided: () => string | undefined;
  /** Resolves when the signal has aborted and all work has ended. */
  readonly ended: Promise<void>;
}

export interface TurnOptions {
  /** The cluster that has the Lease. Undefined if this is the only watcher. */
  readonly cluster: ClusterAccess | undefined;
  /** Opens the watched source for as long as this process holds the Lease. */
  readonly open: (during: AbortSignal) => Promise<WatchedSource>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onTrouble: LeaseOptions['onTrouble'];
  /** How long a silent watcher keeps the Lease. Default 15 s. */
  readonly durationMs?: number;
}

export interface WatchedSource {
  readonly source: PolicySource;
  /** Resolves when the Lease is lost and all work has ended. */
  readonly stopped?: Promise<void>;
}

const defaultDurationMs = 15_000;
const defaultLease = 'pgwarden-watcher';

/**
 * Watches while this process holds the Lease. Of several watchers one works at a time, and another takes over when it
 * stops.
 */
export function takeTurns(options: Omit<WatcherOptions, 'source'>, turn: TurnOptions): Turns {
  const { log, signal, metrics = noMetrics } = options;
  const { cluster, env, onTrouble, durationMs = defaultDurationMs } = turn;
  let undecided: string | undefined = 'it is not known yet which watcher holds the Lease';
  let isLeader = false;
  const lead = async (during: AbortSignal) => {
    const { source, stopped } = await turn.open(during);
    const running = await startWatcher({ ...options, source, signal: during });
    undecided = undefined;
    return { stopped: Promise.all([running.stopped, stopped]).then(() => undefined) };
  };
  if (cluster === undefined) {
    metrics.leads(true);
    return { undecided: () => undecided, ended: lead(signal).then(({ stopped }) => stopped) };
  }
  const { client, namespace } = cluster;
  const name = env.PGWARDEN_LEASE_NAME ?? defaultLease;
  const identity = `${env.POD_NAME ?? hostname()}_${randomBytes(4).toString('hex')}`;
  const onTurn = (leads: boolean) => {
    metrics.leads(leads);
    isLeader = leads;
    undecided = leads ? 'the watcher is starting to watch' : undefined;
    log.info({}, leads ? 'leadership won' : 'leadership not held');
  };
  // The leader goes on for a while when it cannot reach the API server.
  const onAsked = (trouble: Refusal | undefined) => {
    if (!isLeader) undecided = trouble?.message;
  };
  const ended = whileHeld(
    { client, ref: { namespace, name }, identity, durationMs, onTrouble },
    { lead, onTurn, onAsked, signal },
  );
  return { undecided: () => undecided, ended };
}
