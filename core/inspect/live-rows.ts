import type { LiveRows, Live } from '../live.ts';
import type { Finding } from '../finding.ts';
import type { ObjectKind } from '../kind.ts';
import type { Fact } from '../fact.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { kinds } from '../registry.ts';
import { kindNameOf } from '../catalog/row-kind.ts';

/** Sorts rows to their kinds and checks their shape. Throws ZodError when the server said something unknown. */
export function decodeRows(rows: readonly unknown[]): LiveRows {
  return finished(decodeInParts(rows));
}

export function* decodeInParts(rows: readonly unknown[]): InParts<LiveRows> {
  const byKind = new Map<string, unknown[]>(kinds.map(({ name }) => [name, []]));
  yield* forEachInParts(rows, (row) => byKind.get(kindNameOf(row))?.push(row));
  const decoded = new Map<string, readonly unknown[]>();
  for (const kind of kinds) {
    const own = [kind.name, ...(kind.reads ?? [])].flatMap((name) => byKind.get(name) ?? []);
    const known: unknown[] = [];
    yield* forEachInParts(own, (row) => known.push(kind.decode(row)));
    decoded.set(kind.name, known);
  }
  return decoded;
}

export function observedFacts(rows: LiveRows, live: Live): Fact[] {
  return finished(observedInParts(rows, live));
}

export function observedInParts(rows: LiveRows, live: Live): InParts<Fact[]> {
  return factsInParts((kind) => kind.observed(rowsFor(kind, rows), live));
}

export function desiredFacts(rows: LiveRows, live: Live): Fact[] {
  return finished(desiredInParts(rows, live));
}

export function desiredInParts(rows: LiveRows, live: Live): InParts<Fact[]> {
  return factsInParts((kind) => kind.desired(rowsFor(kind, rows), live));
}

function* factsInParts(factsOf: (kind: ObjectKind) => Iterable<Fact>): InParts<Fact[]> {
  const facts: Fact[] = [];
  for (const kind of kinds) {
    yield* forEachInParts(factsOf(kind), (fact) => facts.push(fact));
    yield;
  }
  return facts;
}

/** Named things the manifest needs and the server lacks, e.g. `schema "etl"`. */
export function* missingInParts(rows: LiveRows, live: Live): InParts<string[]> {
  const missing = new Set<string>();
  for (const kind of kinds) {
    for (const name of kind.missing?.(rowsFor(kind, rows), live) ?? []) missing.add(name);
    yield;
  }
  return [...missing];
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
