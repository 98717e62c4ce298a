import type { Document, Pair } from 'yaml';
import { isMap, isScalar, visit } from 'yaml';

/** The sections whose values reach PostgreSQL as text. */
const textSections: ReadonlySet<unknown> = new Set(['config', 'database_config']);

/**
 * Turns every number of a section that holds text into the text it was written as: as numbers, `1.10` would become 1.1,
 * `007` would become 7, and `9007199254740993` would lose its last digit.
 */
export function keepWrittenNumbers(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !textSections.has(key.value) || !isMap(value)) return undefined;
      value.items.forEach(keepWritten);
      return visit.SKIP;
    },
  });
}

function keepWritten({ value }: Pair): void {
  if (!isScalar(value) || value.source === undefined) return;
  if (typeof value.value === 'number' || typeof value.value === 'bigint')
    value.value = value.source;
}
