/** Without duplicates, in an order that does not depend on the order of rows. */
export function distinct(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}
