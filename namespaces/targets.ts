import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';

/** What is known of a namespace of the cluster. */
export interface KnownNamespace {
  readonly name: string;
  /** The installation its label names. */
  readonly installation: string | undefined;
  readonly isTerminating: boolean;
}

export interface Wishes {
  /** Names that were given. */
  readonly list: readonly string[];
  readonly installation: string;
  /** Our own namespace: the one that is meant where nothing else is. */
  readonly own: string;
}

/** What is to be done about a namespace. */
export type Target =
  | { readonly name: string; readonly kind: 'keep' }
  /** It is listed, and not there. */
  | { readonly name: string; readonly kind: 'absent' }
  /** It is listed, and has no label yet. */
  | { readonly name: string; readonly kind: 'unlabelled' }
  /** It is listed, and belongs to another installation. */
  | { readonly name: string; readonly kind: 'foreign'; readonly installation: string };

/** What has become of a namespace; `foreign` is another installation's now. */
export type Whereabouts = 'here' | 'terminating' | 'foreign' | 'away';
export type WhereIs = (name: string) => Whereabouts;

/** Where nothing can be known of namespaces, each is taken to be there. */
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

/** The namespaces that concern us, by name. Those that are being deleted are none of them. */
export function targetsOf(
  mode: NamespaceMode,
  known: readonly KnownNamespace[],
  { list, installation, own }: Wishes,
): readonly Target[] {
  const listed = list.length > 0 ? list : mode === 'disabled' ? [own] : [];
  // Nothing can be known of namespaces then.
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
