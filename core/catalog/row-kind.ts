import { z } from 'zod';

const anyRow = z.object({ kind: z.string() });

/**
 * The name of the kind that a row is for. Rows are many and the kind looks at the rest of them, so that it is looked at
 * without a parse. Throws ZodError when the server said something unknown.
 */
export function kindNameOf(row: unknown): string {
  const hasName = typeof row === 'object' && row !== null && 'kind' in row;
  return hasName && typeof row.kind === 'string' ? row.kind : anyRow.parse(row).kind;
}
