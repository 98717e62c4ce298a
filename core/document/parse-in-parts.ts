import { z } from 'zod';
import type { InParts } from '../parts.ts';
import { isMap } from './zod-problem.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

export type Checked<T> =
  { readonly data: T; readonly issues: undefined } | { readonly issues: readonly Issue[] };

/** Number of list items to check at once: about a millisecond. */
const itemsPerPart = 100;

/** Like `schema.safeParse`, but checks long lists of a map and of its nested maps a few items at a time. */
export function* parseInParts<S extends z.ZodObject>(
  schema: S,
  value: unknown,
): InParts<Checked<z.infer<S>>> {
  const lists: CheckedList[] = [];
  const rest = yield* withoutLists({ schema, value, path: [] }, lists);
  const result = schema.safeParse(rest);
  const issues = [...lists.flatMap((list) => list.issues), ...(result.error?.issues ?? [])];
  if (!result.success || issues.length > 0) return { issues: inOrder(schema, issues) };
  for (const { path, items } of lists) put(result.data, path, items);
  return { data: result.data, issues: undefined };
}

interface Part<S> {
  readonly schema: S;
  readonly value: unknown;
  readonly path: Path;
}

interface CheckedList {
  readonly path: Path;
  readonly items: readonly unknown[];
  readonly issues: readonly Issue[];
}

/** The same map with empty long lists, which are added to `lists`. */
function* withoutLists(
  { schema, value, path }: Part<z.ZodObject>,
  lists: CheckedList[],
): InParts<unknown> {
  if (!isMap(value)) return value;
  const rest: Record<string, unknown> = { ...value };
  for (const [key, field] of Object.entries(fieldsOf(schema))) {
    const inner = withoutOptional(field);
    const part = { value: rest[key], path: [...path, key] };
    if (inner instanceof z.ZodObject) {
      if (Object.hasOwn(rest, key))
        rest[key] = yield* withoutLists({ schema: inner, ...part }, lists);
    } else if (inner instanceof z.ZodArray && isLong(part.value)) {
      lists.push(yield* checkedList({ schema: inner, ...part }, part.value));
      rest[key] = [];
    }
  }
  return rest;
}

function fieldsOf({ shape }: z.ZodObject): Readonly<Record<string, z.core.$ZodType>> {
  return shape;
}

/** The schema of an existing value. */
function withoutOptional(field: z.core.$ZodType): z.core.$ZodType {
  return field instanceof z.ZodOptional ? withoutOptional(field.unwrap()) : field;
}

function isLong(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > itemsPerPart;
}

function* checkedList(
  { schema, path }: Part<z.ZodArray>,
  list: readonly unknown[],
): InParts<CheckedList> {
  const items: unknown[] = [];
  const issues: Issue[] = [];
  for (let start = 0; start < list.length; start += itemsPerPart) {
    const result = schema.safeParse(list.slice(start, start + itemsPerPart));
    for (const item of result.data ?? []) items.push(item);
    for (const issue of result.error?.issues ?? []) {
      const [index, ...below] = issue.path;
      const at = typeof index === 'number' ? [index + start, ...below] : issue.path;
      issues.push({ ...issue, path: [...path, ...at] });
    }
    yield;
  }
  return { path, items, issues };
}

/** In the order of the fields in the schema, like zod; problems of a whole map come after those of its fields. */
function inOrder(schema: z.ZodObject, issues: readonly Issue[]): Issue[] {
  const placed = issues.map((issue) => ({ issue, place: placeIn(schema, issue.path) }));
  return placed.sort(byPlace).map(({ issue }) => issue);
}

type Placed = { readonly issue: Issue; readonly place: readonly number[] };

function placeIn(schema: z.ZodObject, [key, ...below]: Path): number[] {
  const fields = fieldsOf(schema);
  const keys = Object.keys(fields);
  const index = keys.findIndex((one) => one === key);
  if (index < 0) return [keys.length];
  const inner = withoutOptional(fields[keys[index] ?? ''] ?? z.unknown());
  return [index, ...(inner instanceof z.ZodObject ? placeIn(inner, below) : [])];
}

function byPlace({ place: left }: Placed, { place: right }: Placed): number {
  const index = left.findIndex((one, depth) => one !== right[depth]);
  return (left[index] ?? 0) - (right[index] ?? 0);
}

function put(value: unknown, path: Path, items: readonly unknown[]): void {
  const [key, ...below] = path;
  if (!isMap(value) || typeof key !== 'string') return;
  if (below.length === 0) value[key] = items;
  else put(value[key], below, items);
}
