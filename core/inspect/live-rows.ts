import type { Finding } from '../finding.ts';
import type { Fact, Live, ObjectKind } from '../kind.ts';
import { kinds } from '../registry.ts';
import { kindNameOf } from './row-kind.ts';

/** Live rows, by the kind they belong to. */
export type LiveRows = ReadonlyMap<string, readonly unknown[]>;

/** Sorts rows to their kinds and checks their shape. Throws ZodError when the server said something unknown. */
export function decodeRows(rows: readonly unknown[]): LiveRows {
  const byKind = new Map<string, unknown[]>(kinds.map(({ name }) => [name, []]));
  for (const row of rows) byKind.get(kindNameOf(row))?.push(row);
  return new Map(
    kinds.map((kind) => [
      kind.name,
      [kind.name, ...(kind.reads ?? [])]
        .flatMap((name) => byKind.get(name) ?? [])
        .map((row) => kind.decode(row)),
    ]),
  );
}

export function observedFacts(rows: LiveRows, live: Live): Fact[] {
  return kinds.flatMap((kind) => kind.observed(rowsFor(kind, rows), live));
}

export function desiredFacts(rows: LiveRows, live: Live): Fact[] {
  return kinds.flatMap((kind) => kind.desired(rowsFor(kind, rows), live));
}

/** Named things the manifest needs and the server lacks, e.g. `schema "etl"`. */
export function missingObjects(rows: LiveRows, live: Live): string[] {
  return [...new Set(kinds.flatMap((kind) => kind.missing?.(rowsFor(kind, rows), live) ?? []))];
}

/** What the manifest wants of the server that only later versions have. */
export function unsupportedWishes(rows: LiveRows, live: Live): string[] {
  return kinds.flatMap((kind) => kind.unsupported?.(live, rowsFor(kind, rows)) ?? []);
}

/** In order, each once. */
export function findingsOf(rows: LiveRows, live: Live): Finding[] {
  const found = kinds.flatMap((kind) => kind.findings?.(rowsFor(kind, rows), live) ?? []);
  const byMessage = new Map(found.map((finding) => [finding.message, finding]));
  return [...byMessage.keys()].sort().flatMap((message) => byMessage.get(message) ?? []);
}

function rowsFor(kind: ObjectKind, rows: LiveRows): readonly unknown[] {
  return rows.get(kind.name) ?? [];
}
