import type { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { watchNamespaces, type ClusterNamespaces } from './cluster-namespaces.ts';
import type { NamespaceMode } from './report.ts';
import type { KnownNamespace } from './targets.ts';

interface SightOptions {
  readonly client: ApiClient;
  readonly onChange: () => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/** The cluster's namespaces as far as a mode lets us see them: none in `all` and `disabled`. */
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
    await watching.watch.begun;
    return watching.watch.known();
  };
}
