/** The namespaces whose policies pgwarden reconciles. They may change at run time. */
export interface NamespaceSet {
  /** Undefined means all namespaces. Throws Refusal `NamespacesUnknown` while they are unknown. */
  readonly names: () => readonly string[] | undefined;
  /** The same, but read again instead of from the cache. Throws Refusal. */
  readonly asked?: () => Promise<readonly string[] | undefined>;
  /** Calls back after each change, until the signal aborts. */
  readonly onChange: (listener: () => void, signal: AbortSignal) => void;
}

/** A fixed set of namespaces; without names, all namespaces. */
export function fixedNamespaces(names: readonly string[] | undefined): NamespaceSet {
  return { names: () => names, onChange: () => undefined };
}

/** If a namespace is not ours, its policies end. So an outdated cache is not enough to decide it. */
export async function isIn(set: NamespaceSet, namespace: string): Promise<boolean> {
  const isKnown = set.names()?.includes(namespace) ?? true;
  if (isKnown || set.asked === undefined) return isKnown;
  return (await set.asked())?.includes(namespace) ?? true;
}
