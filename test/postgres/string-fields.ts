import { z } from 'zod';

type Node = Readonly<Record<string, unknown>>;

/**
 * Every place in documents of this schema that accepts any text, not only certain words. The steps of a path are joined
 * with dots: a key, `[]` for any element of a list, `{}` for any value of a map, `{key}` for any key of a map.
 */
export function stringFields(schema: z.ZodType): string[] {
  const root: unknown = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  const fields = walk(isNode(root) ? root : {}, []);
  return [...new Set(fields.map((steps) => steps.join('.')))].sort();
}

function walk(node: Node, steps: readonly string[]): string[][] {
  const children = Object.entries(isNode(node['properties']) ? node['properties'] : {});
  const values = node['additionalProperties'];
  return [
    ...(isFreeText(node) ? [[...steps]] : []),
    ...children.flatMap(([key, child]) => (isNode(child) ? walk(child, [...steps, key]) : [])),
    ...(isNode(node['items']) ? walk(node['items'], [...steps, '[]']) : []),
    ...(isNode(values) ? [[...steps, '{key}'], ...walk(values, [...steps, '{}'])] : []),
    ...['anyOf', 'oneOf', 'allOf']
      .flatMap((word) => node[word] ?? [])
      .flatMap((child) => (isNode(child) ? walk(child, steps) : [])),
  ];
}

/** A node without a type, such as `z.unknown()`, can hold text too. */
function isFreeText(node: Node): boolean {
  if ('enum' in node || 'const' in node) return false;
  return [node['type']].flat().includes('string') || Object.keys(node).length === 0;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A place in one document. The last step can be `{key}` after the key itself. */
export type Place = readonly (string | number)[];

/** The path in the schema of a field in a document, e.g. `roles.[].name` for `['roles', 0, 'name']`. */
export function placesOf(document: unknown, field: string): Place[] {
  return find(document, field.split('.'), []);
}

function find(value: unknown, [step, ...rest]: readonly string[], at: Place): Place[] {
  if (step === undefined) return typeof value === 'string' ? [at] : [];
  if (step === '[]')
    return Array.isArray(value)
      ? value.flatMap((item, index) => find(item, rest, [...at, index]))
      : [];
  if (!isNode(value)) return [];
  if (step === '{key}') return Object.keys(value).map((key) => [...at, key, '{key}']);
  const keys =
    step === '{}' ? Object.keys(value) : Object.keys(value).filter((key) => key === step);
  return keys.flatMap((key) => find(value[key], rest, [...at, key]));
}

/** The text at a place. */
export function textAt(document: unknown, place: Place): string {
  if (place.at(-1) === '{key}') return String(place.at(-2));
  const value = place.reduce<unknown>(
    (inner, step) => (Array.isArray(inner) || isNode(inner) ? Reflect.get(inner, step) : undefined),
    document,
  );
  return String(value);
}

/** The document with another text at one place. */
export function replacedAt(document: unknown, [step, ...rest]: Place, text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(document))
    return document.map((item: unknown, index) =>
      index === step ? replacedAt(item, rest, text) : item,
    );
  if (!isNode(document)) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => {
      if (key !== step) return [key, value];
      return rest[0] === '{key}' ? [text, value] : [key, replacedAt(value, rest, text)];
    }),
  );
}

/** The document with another text wherever the first one is, as value or as key. */
export function replacedEverywhere(document: unknown, from: string, to: string): unknown {
  if (document === from) return to;
  if (Array.isArray(document))
    return document.map((item: unknown) => replacedEverywhere(item, from, to));
  if (!isNode(document)) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key === from ? to : key,
      replacedEverywhere(value, from, to),
    ]),
  );
}
