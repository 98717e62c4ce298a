/** Patterns in which `*` stands for any characters, none too. Upper and lower case differ, as in PostgreSQL's names. */
export type Globs = readonly string[];

export function matchesAny(globs: Globs, name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/** Each part is looked for once, from left to right, so that no pattern makes the search go back. */
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
