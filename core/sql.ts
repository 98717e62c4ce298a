/** An identifier, always quoted: `my"role` becomes `"my""role"`. Source: PostgreSQL manual, 4.1.1. */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('an identifier cannot hold a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A string literal that does not depend on the setting `standard_conforming_strings`. A text with a backslash is
 * written as `E'...'` with the backslash doubled. Source: PostgreSQL manual, 4.1.2.2.
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new TypeError('a literal cannot hold a NUL character');
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
