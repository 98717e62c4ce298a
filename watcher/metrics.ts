import type { Instruments } from '../telemetry/instruments.ts';
import type { Sample } from '../telemetry/metric.ts';
import { metrics } from '../telemetry/metrics.ts';
import { namespaceMetrics, type NamespaceMetrics } from './namespace-metrics.ts';
import type { RunningPolicy } from './policy-workflows.ts';
import type { Task } from './task.ts';

/** The metrics of the watcher. docs/metrics.md describes what each call becomes. */
export interface WatcherMetrics {
  readonly signalled: (kind: 'policy' | 'orphan') => void;
  readonly failed: (task: Task['kind']) => void;
  readonly compared: (policies: number, running: readonly RunningPolicy[]) => void;
  /** A watch failed and is restarted; `code` is the code of the failure. */
  readonly watchRestarted: (code: string) => void;
  /** The watcher has got or lost the Lease. */
  readonly leads: (isLeader: boolean) => void;
  readonly namespaces: NamespaceMetrics;
}

const ignore = () => undefined;

/** For a process that measures nothing. */
export const noMetrics: WatcherMetrics = {
  signalled: ignore,
  failed: ignore,
  compared: ignore,
  watchRestarted: ignore,
  leads: ignore,
  namespaces: { mode: ignore, states: ignore, corrected: ignore, over: ignore },
};

const phases = ['Pending', 'Ready', 'Drifted', 'Failing', 'Conflict', 'Suspended', 'Unknown'];

export function watcherMetrics(instruments: Instruments): WatcherMetrics {
  const { counter, observed } = instruments;
  const signals = counter(metrics.signals);
  const failures = counter(metrics.watcherFailures);
  const restarts = counter(metrics.watchRestarts);
  let isLeader = false;
  let counted: Counted | undefined;
  const namespaces = namespaceMetrics(instruments);
  signals({ kind: 'policy' }, 0);
  signals({ kind: 'orphan' }, 0);
  for (const task of ['policy', 'secret', 'orphan', 'resync']) failures({ task }, 0);
  restarts({ code: 'KubernetesUnavailable' }, 0);
  observed(metrics.leader, () => [{ labels: {}, value: isLeader ? 1 : 0 }]);
  observed(metrics.watched, () =>
    counted === undefined ? [] : [{ labels: {}, value: counted.policies }],
  );
  observed(metrics.policies, () => counted?.byPhase ?? []);
  return {
    signalled(kind) {
      signals({ kind });
    },
    failed(task) {
      failures({ task });
    },
    compared(policies, running) {
      counted = { policies, byPhase: byPhase(running) };
    },
    watchRestarted(code) {
      restarts({ code });
    },
    leads(now) {
      isLeader = now;
      if (now) return;
      counted = undefined;
      namespaces.over();
    },
    namespaces,
  };
}

interface Counted {
  readonly policies: number;
  readonly byPhase: readonly Sample<'phase'>[];
}

/** Includes zeros, so that a phase without policies does not keep its last value. */
function byPhase(running: readonly RunningPolicy[]): Counted['byPhase'] {
  return phases.map((phase) => {
    const value = running.filter((each) => (each.phase ?? 'Unknown') === phase).length;
    return { labels: { phase }, value };
  });
}
