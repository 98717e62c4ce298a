/**
 * Calls `make` once for each object and keeps the result as long as the object. It is used for an index of a list that
 * many functions search.
 */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}

const setOf = oncePer((names: readonly string[]) => new Set(names));

/** Whether a list contains a name. The index is kept, because callers ask about many names. */
export function isAmong(names: readonly string[], name: string): boolean {
  return setOf(names).has(name);
}
