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
 * The namespaces of the cluster that we see in a mode: none in `all` and `disabled`. Throws Refusal `NamespacesUnknown`
 * if they were never listed, because then none of them may count as deleted.
 */
export type Sight = (mode: NamespaceMode) => Promise<readonly KnownNamespace[]>;

/** Watches namespaces while the current mode can see them. */
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
  const message = 'the namespaces of the cluster are unknown: they cannot be listed yet';
  const hint = 'Grant the watcher get, list and watch on namespaces. pgwarden keeps retrying.';
  return new Refusal('NamespacesUnknown', message, hint);
}
