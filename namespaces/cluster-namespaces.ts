import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../core/refusal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { paths } from '../sources/kubernetes/paths.ts';
import { reflect } from '../sources/kubernetes/reflector.ts';
import { decodeNamespace } from './stored-namespace.ts';
import type { KnownNamespace } from './targets.ts';

interface WatchOptions {
  readonly client: ApiClient;
  readonly onChange: () => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/** The current namespaces of the cluster with their labels. */
export interface ClusterNamespaces {
  readonly known: () => readonly KnownNamespace[];
  /** Resolves when the first list has succeeded or failed. */
  readonly begun: Promise<void>;
  readonly isSeen: () => boolean;
}

export function watchNamespaces(options: WatchOptions): ClusterNamespaces {
  const { kept, begun, isSeen } = reflect<KnownNamespace>({
    ...options,
    path: paths.namespaces,
    metadataOnly: true,
    digest: (value) => {
      const { name, installation, isTerminating } = decodeNamespace(value);
      return [name, { name, installation, isTerminating }];
    },
    onChange: (_name, before, after) => {
      if (!isDeepStrictEqual(before, after)) options.onChange();
    },
  });
  return { known: () => [...kept.values()], begun, isSeen };
}
