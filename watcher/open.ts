import type { Refusal } from '../core/refusal.ts';
import type { SourceConfiguration } from '../sources/configuration.ts';
import type { ClusterAccess } from '../sources/kubernetes/access.ts';
import { overseerFor } from '../namespaces/oversee.ts';
import { namespacesText, openCluster, openSource } from '../sources/open.ts';
import type { Log } from '../telemetry/log.ts';
import type { WatcherMetrics } from './metrics.ts';
import { overseer } from './namespaces.ts';
import type { PolicyWorkflows } from './policy-workflows.ts';
import type { WatchedSource } from './take-turns.ts';

export interface Watched {
  /** Description of the source for logs. */
  readonly from: string;
  /** Undefined without an API server. */
  readonly cluster: ClusterAccess | undefined;
  readonly open: (workflows: PolicyWorkflows, during: AbortSignal) => Promise<WatchedSource>;
}

interface WatchedOptions {
  readonly onTrouble: (trouble: Refusal) => void;
  readonly metrics: WatcherMetrics;
  readonly log: Log;
}

/**
 * Prepares the configured source, which is opened when this watcher gets the Lease. Throws Refusal if it cannot be
 * used.
 */
export async function openWatched(
  configuration: SourceConfiguration,
  { onTrouble, metrics, log }: WatchedOptions,
): Promise<Watched> {
  if (configuration.kind === 'directory') {
    const never = new AbortController().signal;
    const { source, from } = await openSource(configuration, { onTrouble, signal: never });
    return { from, cluster: undefined, open: () => Promise.resolve({ source }) };
  }
  const cluster = await openCluster(configuration.place);
  const oversee = await overseerFor(cluster);
  return {
    from: namespacesText(cluster.namespaces),
    cluster,
    open: (workflows, signal) =>
      oversee(overseer({ workflows, metrics, log }), { onTrouble, signal }),
  };
}
