/** `make`, called once for each object and kept as long as the object is: an index of a list that many look into. */
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

/** Whether a name is in a list that is asked for many names. */
export function isAmong(names: readonly string[], name: string): boolean {
  return setOf(names).has(name);
}
