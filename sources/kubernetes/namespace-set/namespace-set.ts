/** The namespaces whose policies are kept. It may change while we run. */
export interface NamespaceSet {
  /** Undefined: all there are. Throws Refusal `NamespacesUnknown` while it cannot be known. */
  readonly names: () => readonly string[] | undefined;
  /** The same, asked anew, where what is known may be old. Throws Refusal. */
  readonly asked?: () => Promise<readonly string[] | undefined>;
  /** Calls back after each change, until the signal aborts. */
  readonly onChange: (listener: () => void, signal: AbortSignal) => void;
}

/** Those, and never others; without names, all there are. */
export function fixedNamespaces(names: readonly string[] | undefined): NamespaceSet {
  return { names: () => names, onChange: () => undefined };
}

/** That a namespace is not ours ends what is done in it, so it is not believed of what may be old. */
export async function isIn(set: NamespaceSet, namespace: string): Promise<boolean> {
  const isKnown = set.names()?.includes(namespace) ?? true;
  if (isKnown || set.asked === undefined) return isKnown;
  return (await set.asked())?.includes(namespace) ?? true;
}
