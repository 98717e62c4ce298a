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
  /** Why it is not known who watches, this process or another; undefined when it is. */
  readonly undecided: () => string | undefined;
  /** Resolves when the signal has aborted and nothing is under way any more. */
  readonly ended: Promise<void>;
}

export interface TurnOptions {
  /** Where the Lease is. Without, there is no other watcher. */
  readonly cluster: ClusterAccess | undefined;
  /** Opens what is watched, for as long as the turn lasts. */
  readonly open: (during: AbortSignal) => Promise<WatchedSource>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onTrouble: LeaseOptions['onTrouble'];
  /** How long a watcher that went silent keeps its turn. Default 15 s. */
  readonly durationMs?: number;
}

export interface WatchedSource {
  readonly source: PolicySource;
  /** Resolves when the turn is over and nothing is under way any more. */
  readonly stopped?: Promise<void>;
}

const defaultDurationMs = 15_000;
const defaultLease = 'pgwarden-watcher';

/** Watches while this process holds the Lease: of any number of watchers one works, and another when that one is gone. */
export function takeTurns(options: Omit<WatcherOptions, 'source'>, turn: TurnOptions): Turns {
  const { log, signal, metrics = noMetrics } = options;
  const { cluster, env, onTrouble, durationMs = defaultDurationMs } = turn;
  let undecided: string | undefined = 'it is not known yet who watches';
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
    undecided = leads ? 'it begins to watch' : undefined;
    log.info({}, leads ? 'leadership won' : 'leadership not held');
  };
  // Who leads goes on for a while without being able to ask.
  const onAsked = (trouble: Refusal | undefined) => {
    if (!isLeader) undecided = trouble?.message;
  };
  const ended = whileHeld(
    { client, ref: { namespace, name }, identity, durationMs, onTrouble },
    { lead, onTurn, onAsked, signal },
  );
  return { undecided: () => undecided, ended };
}
