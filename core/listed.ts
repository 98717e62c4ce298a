/**
 * The first items of a list, for a message: `a; b; and 3 more`. With a separator other than a semicolon: `a, b and 3
 * more`.
 */
export function listed(items: readonly string[], most: number, separator = ', '): string {
  const more = items.length - most;
  const pause = separator === '; ' ? separator : ' ';
  return (
    items.slice(0, most).join(separator) + (more > 0 ? `${pause}and ${String(more)} more` : '')
  );
}
