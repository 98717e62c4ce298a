import type { LiveRows, Live } from '../live.ts';
import { type Finding, distinctFindings } from '../finding.ts';
import type { ObjectKind } from '../kind.ts';
import type { Inspector } from '../inspector.ts';
import type { Fact } from '../fact.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { inspectors, kinds } from '../registry.ts';
import { kindNameOf } from '../catalog/row-kind.ts';

/** Gives each inspector its rows and checks their shape. Throws ZodError when the server returned something unknown. */
export function decodeRows(rows: readonly unknown[]): LiveRows {
  return finished(decodeInParts(rows));
}

export function* decodeInParts(rows: readonly unknown[]): InParts<LiveRows> {
  const byName = new Map<string, unknown[]>(inspectors.map(({ name }) => [name, []]));
  yield* forEachInParts(rows, (row) => byName.get(kindNameOf(row))?.push(row));
  const decoded = new Map<string, readonly unknown[]>();
  for (const inspector of inspectors) {
    const { name, reads = [] } = inspector;
    const own = [name, ...reads].flatMap((each) => byName.get(each) ?? []);
    const known: unknown[] = [];
    yield* forEachInParts(own, (row) => known.push(inspector.decode(row)));
    decoded.set(name, known);
  }
  return decoded;
}

export function observedFacts(rows: LiveRows, live: Live): Fact[] {
  return finished(observedInParts(rows, live));
}

export function observedInParts(rows: LiveRows, live: Live): InParts<Fact[]> {
  return allInParts(factsByKind((kind) => kind.observed(rowsFor(kind, rows), live)));
}

export function desiredFacts(rows: LiveRows, live: Live): Fact[] {
  return finished(desiredInParts(rows, live));
}

export function desiredInParts(rows: LiveRows, live: Live): InParts<Fact[]> {
  return allInParts(desiredByKind(rows, live));
}

/** The desired facts of one kind after the other, made as they are read. */
export function desiredByKind(rows: LiveRows, live: Live): Iterable<Iterable<Fact>> {
  return factsByKind((kind) => kind.desired(rowsFor(kind, rows), live));
}

function* factsByKind(
  factsOf: (kind: ObjectKind) => Iterable<Fact>,
): Generator<Iterable<Fact>, void> {
  for (const kind of kinds) yield factsOf(kind);
}

function* allInParts(lists: Iterable<Iterable<Fact>>): InParts<Fact[]> {
  const facts: Fact[] = [];
  for (const list of lists) {
    yield* forEachInParts(list, (fact) => facts.push(fact));
    yield;
  }
  return facts;
}

/** Objects that the manifest needs and the server does not have, e.g. `schema "etl"`. */
export function* missingInParts(rows: LiveRows, live: Live): InParts<string[]> {
  const missing = new Set<string>();
  for (const kind of kinds) {
    for (const name of kind.missing?.(rowsFor(kind, rows), live) ?? []) missing.add(name);
    yield;
  }
  return [...missing];
}

/** Features that the manifest uses and only later PostgreSQL versions have. */
export function unsupportedWishes(rows: LiveRows, live: Live): string[] {
  return kinds.flatMap((kind) => kind.unsupported?.(rowsFor(kind, rows), live) ?? []);
}

/** What every inspector reports, sorted by message, without duplicates. */
export function findingsOf(rows: LiveRows, live: Live): Finding[] {
  const found = inspectors.flatMap(
    (inspector) => inspector.findings?.(rowsFor(inspector, rows), live) ?? [],
  );
  return distinctFindings(found).sort((left, right) => (left.message < right.message ? -1 : 1));
}

function rowsFor({ name }: Inspector, rows: LiveRows): readonly unknown[] {
  return rows.get(name) ?? [];
}
