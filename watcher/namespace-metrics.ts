import {
  namespaceModes,
  namespaceStates,
  type NamespaceMode,
  type NamespaceState,
} from '../sources/kubernetes/namespace-set/report.ts';
import type { Instruments } from '../telemetry/instruments.ts';
import { metrics } from '../telemetry/metrics.ts';

/** The metrics about namespaces. */
export interface NamespaceMetrics {
  readonly mode: (mode: NamespaceMode) => void;
  readonly states: (states: readonly NamespaceState[]) => void;
  /** A Role or RoleBinding was created or corrected. */
  readonly corrected: () => void;
  /** Another watcher exports these metrics from now on. */
  readonly over: () => void;
}

export function namespaceMetrics({ counter, observed }: Instruments): NamespaceMetrics {
  const corrections = counter(metrics.corrections);
  let mode: NamespaceMode | undefined;
  let states: readonly NamespaceState[] = [];
  corrections({}, 0);
  observed(metrics.namespaces, () =>
    namespaceStates.map((state) => ({
      labels: { state },
      value: states.filter((each) => each === state).length,
    })),
  );
  observed(metrics.namespaceMode, () =>
    namespaceModes.map((each) => ({ labels: { mode: each }, value: each === mode ? 1 : 0 })),
  );
  return {
    mode(now) {
      mode = now;
    },
    states(now) {
      states = now;
    },
    corrected() {
      corrections({});
    },
    over() {
      mode = undefined;
      states = [];
    },
  };
}
