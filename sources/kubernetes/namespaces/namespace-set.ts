/** The namespaces whose policies are kept. It may change while we run. */
export interface NamespaceSet {
  /** Undefined: all there are. Throws Refusal `NamespacesUnknown` while it cannot be known. */
  readonly names: () => readonly string[] | undefined;
  /** Calls back after each change, until the signal aborts. */
  readonly onChange: (listener: () => void, signal: AbortSignal) => void;
}

/** Those, and never others; without names, all there are. */
export function fixedNamespaces(names: readonly string[] | undefined): NamespaceSet {
  return { names: () => names, onChange: () => undefined };
}

export function isIn(set: NamespaceSet, namespace: string): boolean {
  return set.names()?.includes(namespace) ?? true;
}
