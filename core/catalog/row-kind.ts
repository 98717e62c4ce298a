import { z } from 'zod';

const anyRow = z.object({ kind: z.string() });

/**
 * The name of the kind of a row. There can be many rows, and the kind parses the rest of each, so this reads the field
 * without a parser. Throws ZodError when the server returned something unknown.
 */
export function kindNameOf(row: unknown): string {
  const hasName = typeof row === 'object' && row !== null && 'kind' in row;
  return hasName && typeof row.kind === 'string' ? row.kind : anyRow.parse(row).kind;
}
