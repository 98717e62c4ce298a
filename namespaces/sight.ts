import { Refusal } from '../core/refusal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { watchNamespaces, type ClusterNamespaces } from './cluster-namespaces.ts';
import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';
import type { KnownNamespace } from './targets.ts';

interface SightOptions {
  readonly client: ApiClient;
  readonly onChange: () => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/**
 * The cluster's namespaces as far as a mode lets us see them: none in `all` and `disabled`. Throws Refusal
 * `NamespacesUnknown` where they were never seen: none of them may be taken for gone.
 */
export type Sight = (mode: NamespaceMode) => Promise<readonly KnownNamespace[]>;

/** Watches them as long as the mode last asked for sees them. */
export function namespaceSight({ signal, ...options }: SightOptions): Sight {
  let watching: { readonly watch: ClusterNamespaces; readonly stop: AbortController } | undefined;
  return async (mode) => {
    if (mode === 'all' || mode === 'disabled') {
      watching?.stop.abort();
      watching = undefined;
      return [];
    }
    if (watching === undefined) {
      const stop = new AbortController();
      const its = AbortSignal.any([signal, stop.signal]);
      watching = { watch: watchNamespaces({ ...options, signal: its }), stop };
    }
    const { begun, isSeen, known } = watching.watch;
    await begun;
    if (!isSeen()) throw unseen();
    return known();
  };
}

function unseen(): Refusal {
  const message = 'which namespaces there are is not known: they cannot be listed yet';
  const hint = 'It is tried again. Grant the watcher get, list and watch on namespaces.';
  return new Refusal('NamespacesUnknown', message, hint);
}
