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

/** What the watcher does and tells when namespaces come, go, or are not what they should be. */
export function overseer({ workflows, metrics, log }: OverseerOptions): Overseer {
  const toTell = tellsSeldom();
  return {
    /** A namespace is drained when none of its workflows runs: each ends by itself once it looks. */
    async drain(namespace) {
      const prefix = `policy/${namespace}/`;
      const running = await workflows.running();
      const its = running.filter(({ workflowId }) => workflowId.startsWith(prefix));
      for (const { workflowId } of toTell(running, its)) await workflows.signal(workflowId);
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

const firstPauseMs = 1_500; // the first time the worker may not know yet
const longestPauseMs = 300_000;

/**
 * Which of them to tell now. One that does not end at once, as it waits for a worker or a database, is told less and
 * less often: every signal stays in its history.
 */
function tellsSeldom() {
  const told = new Map<string, { readonly at: number; readonly pauseMs: number }>();
  return (running: readonly RunningPolicy[], its: readonly RunningPolicy[]) => {
    const runs = new Set(running.map(({ runId }) => runId));
    for (const runId of told.keys()) if (!runs.has(runId)) told.delete(runId);
    const now = performance.now();
    const due = its.filter(({ runId }) => {
      const before = told.get(runId);
      return before === undefined || now - before.at >= before.pauseMs;
    });
    for (const { runId } of due) {
      const before = told.get(runId)?.pauseMs;
      const pauseMs = before === undefined ? firstPauseMs : Math.min(before * 2, longestPauseMs);
      told.set(runId, { at: now, pauseMs });
    }
    return due;
  };
}
