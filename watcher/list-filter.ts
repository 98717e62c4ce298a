/**
 * Quotes any text as a value in a workflow query, so that it can neither end the value nor extend the query.
 * Source: docs.temporal.io, List Filter: a string in single quotes, with a backslash before a quote.
 */
export function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}
