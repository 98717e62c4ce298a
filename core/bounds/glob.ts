/**
 * Patterns in which `*` matches any number of characters, also none. They are case-sensitive, like names in PostgreSQL.
 */
export type Globs = readonly string[];

export function matchesAny(globs: Globs, name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/** Searches each part once, from left to right, so that no pattern causes backtracking. */
export function matchesGlob(glob: string, name: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return glob === name;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
