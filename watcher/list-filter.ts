/**
 * Any text as a value in a query for workflows, where it can neither end the value nor add to the query.
 * Source: docs.temporal.io, List Filter: a string in single quotes, with a backslash before a quote.
 */
export function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}
