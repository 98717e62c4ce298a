import type { FoundMode } from '../sources/kubernetes/namespaces/mode.ts';
import type { Overseer } from '../sources/kubernetes/namespaces/oversee.ts';
import type { NamespaceMode } from '../sources/kubernetes/namespaces/report.ts';
import type { Log } from '../telemetry/log.ts';
import type { WatcherMetrics } from './metrics.ts';
import type { PolicyWorkflows } from './policy-workflows.ts';

interface OverseerOptions {
  readonly workflows: PolicyWorkflows;
  readonly metrics: WatcherMetrics;
  readonly log: Log;
}

/** What the watcher does and tells when namespaces come, go, or are not what they should be. */
export function overseer({ workflows, metrics, log }: OverseerOptions): Overseer {
  return {
    /** A namespace is drained when none of its workflows runs: each ends by itself once it looks. */
    async drain(namespace) {
      const prefix = `policy/${namespace}/`;
      const running = await workflows.running();
      const its = running.filter(({ workflowId }) => workflowId.startsWith(prefix));
      for (const { workflowId } of its) await workflows.signal(workflowId);
      return its.length === 0;
    },
    onMode({ mode, reason }: FoundMode, before: NamespaceMode | undefined) {
      metrics.namespaces.mode(mode);
      const fields = { mode, reason, ...(before === undefined ? {} : { before }) };
      log.info(fields, before === undefined ? 'namespace mode found' : 'namespace mode changed');
    },
    onNamespaces(namespaces) {
      metrics.namespaces.states(namespaces.map(({ state }) => state));
    },
    onCorrected(what) {
      metrics.namespaces.corrected();
      log.info({ object: what }, 'rights in a namespace corrected');
    },
  };
}
