import type { FoundMode } from '../namespaces/mode.ts';
import type { Overseer } from '../namespaces/oversee.ts';
import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';
import type { Log } from '../telemetry/log.ts';
import type { WatcherMetrics } from './metrics.ts';
import type { PolicyWorkflows, RunningPolicy } from './policy-workflows.ts';

interface OverseerOptions {
  readonly workflows: PolicyWorkflows;
  readonly metrics: WatcherMetrics;
  readonly log: Log;
}

/** What the watcher does, logs and measures when namespaces appear, disappear or lack rights. */
export function overseer({ workflows, metrics, log }: OverseerOptions): Overseer {
  const dueForSignal = signalLimiter();
  return {
    /** A namespace is drained when none of its workflows runs. Each workflow ends after its next check. */
    async drain(namespace) {
      const prefix = `policy/${namespace}/`;
      const running = await workflows.running();
      const its = running.filter(({ workflowId }) => workflowId.startsWith(prefix));
      for (const { workflowId } of dueForSignal(running, its)) await workflows.signal(workflowId);
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
      log.info({ object: what }, 'Role or RoleBinding corrected');
    },
  };
}

const firstPauseMs = 1_500; // the first time the worker may not know yet
const longestPauseMs = 300_000;

/**
 * Chooses the workflows to signal now. A workflow that does not end soon, because it waits for a worker or a database,
 * is signalled at growing intervals, because every signal stays in its history.
 */
function signalLimiter() {
  const signalled = new Map<string, { readonly at: number; readonly pauseMs: number }>();
  return (running: readonly RunningPolicy[], its: readonly RunningPolicy[]) => {
    const runs = new Set(running.map(({ runId }) => runId));
    for (const runId of signalled.keys()) if (!runs.has(runId)) signalled.delete(runId);
    const now = performance.now();
    const due = its.filter(({ runId }) => {
      const before = signalled.get(runId);
      return before === undefined || now - before.at >= before.pauseMs;
    });
    for (const { runId } of due) {
      const before = signalled.get(runId)?.pauseMs;
      const pauseMs = before === undefined ? firstPauseMs : Math.min(before * 2, longestPauseMs);
      signalled.set(runId, { at: now, pauseMs });
    }
    return due;
  };
}
