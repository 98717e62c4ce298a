/** Work that yields wherever other work of the process may run before it continues. */
export type InParts<T> = Generator<undefined, T, undefined>;

/** Runs all of the work at once. */
export function finished<T>(work: InParts<T>): T {
  for (;;) {
    const part = work.next();
    if (part.done === true) return part.value;
  }
}

/** Number of items that together take well under a millisecond, whatever is done with each. */
const itemsPerPart = 100;

/** Does something with each item. The items may be produced at the same time. */
export function* forEachInParts<T>(
  items: Iterable<T>,
  visit: (item: T, index: number) => void,
): InParts<void> {
  let count = 0;
  for (const item of items) {
    visit(item, count);
    count += 1;
    if (count % itemsPerPart === 0) yield;
  }
}

/** All items. Yields where their producer does, by `undefined`, and between many items, where it may not. */
export function* gatheredInParts<T>(items: Iterable<T | undefined>): InParts<T[]> {
  const all: T[] = [];
  for (const item of items) {
    if (item !== undefined) all.push(item);
    if (item === undefined || all.length % itemsPerPart === 0) yield;
  }
  return all;
}

/** As `flatMap`. */
export function* flatMapInParts<T, R>(
  items: Iterable<T>,
  mapped: (item: T, index: number) => Iterable<R>,
): InParts<R[]> {
  const all: R[] = [];
  yield* forEachInParts(items, (item, index) => {
    for (const one of mapped(item, index)) all.push(one);
  });
  return all;
}

/** As `grouped`. */
export function* groupedInParts<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
): InParts<ReadonlyMap<string, readonly T[]>> {
  const groups = new Map<string, T[]>();
  yield* forEachInParts(items, (item) => {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}

/** Number of items that are sorted at a time, in about ten milliseconds. */
const itemsPerRun = 4_000;

/** Sorts runs and merges them in pairs. It is stable, as `sort` is. */
export function* sortedInParts<T>(
  items: readonly T[],
  compare: (left: T, right: T) => number,
): InParts<readonly T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += itemsPerRun) {
    runs.push(items.slice(start, start + itemsPerRun).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(yield* mergedInParts(runs[index] ?? [], runs[index + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedInParts<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: T, right: T) => number,
): InParts<T[]> {
  const merged: T[] = [];
  let next = 0;
  yield* forEachInParts(left, (item) => {
    for (let other = right[next]; other !== undefined; other = right[next]) {
      if (compare(other, item) >= 0) break;
      merged.push(other);
      next += 1;
    }
    merged.push(item);
  });
  yield* forEachInParts(right.slice(next), (item) => merged.push(item));
  return merged;
}
