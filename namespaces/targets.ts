import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';

/** What is known about a namespace of the cluster. */
export interface KnownNamespace {
  readonly name: string;
  /** The installation in its label. */
  readonly installation: string | undefined;
  readonly isTerminating: boolean;
}

export interface ConfiguredNamespaces {
  /** The configured names. */
  readonly list: readonly string[];
  readonly installation: string;
  /** Our own namespace, which is the default if none is configured. */
  readonly own: string;
}

/** What to do with a namespace. */
export type Target =
  | { readonly name: string; readonly kind: 'keep' }
  /** It is configured but does not exist. */
  | { readonly name: string; readonly kind: 'absent' }
  /** It is configured but has no label yet. */
  | { readonly name: string; readonly kind: 'unlabelled' }
  /** It is configured but belongs to another installation. */
  | { readonly name: string; readonly kind: 'foreign'; readonly installation: string };

/** The state of a namespace in the cluster; `foreign` means that it belongs to another installation. */
export type Whereabouts = 'here' | 'terminating' | 'foreign' | 'away';
export type WhereIs = (name: string) => Whereabouts;

/** If namespaces cannot be listed, each of them is assumed to exist. */
export function whereabouts(
  mode: NamespaceMode,
  known: readonly KnownNamespace[],
  own: readonly string[],
): WhereIs {
  const byName = new Map(known.map((each) => [each.name, each]));
  return (name) => {
    if (mode === 'disabled') return 'here';
    const found = byName.get(name);
    if (found === undefined) return 'away';
    if (found.isTerminating) return 'terminating';
    const { installation } = found;
    return installation === undefined || own.includes(installation) ? 'here' : 'foreign';
  };
}

/** The namespaces to manage, by name, without those that are being deleted. */
export function targetsOf(
  mode: NamespaceMode,
  known: readonly KnownNamespace[],
  { list, installation, own }: ConfiguredNamespaces,
): readonly Target[] {
  const listed = list.length > 0 ? list : mode === 'disabled' ? [own] : [];
  // In this mode namespaces cannot be listed.
  if (mode === 'disabled') return listed.toSorted().map((name) => ({ name, kind: 'keep' }));
  const byName = new Map(known.map((each) => [each.name, each]));
  const labelled = known.filter((each) => each.installation === installation);
  const names = new Set([...listed, ...labelled.map(({ name }) => name)]);
  return [...names].sort().flatMap((name): Target[] => {
    const found = byName.get(name);
    if (found === undefined) return [{ name, kind: 'absent' }];
    if (found.isTerminating) return [];
    if (found.installation === undefined) return [{ name, kind: 'unlabelled' }];
    if (found.installation === installation) return [{ name, kind: 'keep' }];
    return [{ name, kind: 'foreign', installation: found.installation }];
  });
}
