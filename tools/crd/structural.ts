import { z } from 'zod';
import type { Rule } from './rules.ts';

/** The subset of JSON Schema that an API server accepts. Source: Kubernetes manual, structural schemas. */
export interface StructuralSchema {
  readonly [key: string]: unknown;
}

/** Parts of the schema that JSON Schema cannot express. Paths are like `roles[].password` and `profiles.*.grants[]`. */
interface Additions {
  readonly rules?: Readonly<Record<string, readonly Rule[]>>;
  /** The largest number of items of a list, or keys of a map. */
  readonly limits?: Readonly<Record<string, number>>;
  /** The field that names an item of a list. The API server merges lists of several appliers by it. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly omitted?: readonly string[];
}

/**
 * The structural schema of the input of `schema`. It does not forbid unknown keys: the API server removes them, or
 * rejects them if the client asks for that. An optional field can be null, because Go and Rust programs write absent
 * values like that.
 *
 * Throws an error for a path of `additions` that is not in the schema.
 */
export function structuralSchema(schema: z.ZodType, additions: Additions): StructuralSchema {
  const unused = new Set([
    ...Object.keys({ ...additions.rules, ...additions.limits, ...additions.keys }),
    ...(additions.omitted ?? []),
  ]);
  const result = converted(
    asNode(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })),
    '',
    { ...additions, unused },
  );
  if (unused.size > 0) throw new Error(`no such fields: ${[...unused].join(', ')}`);
  return result;
}

interface Walk extends Additions {
  readonly unused: Set<string>;
}

type Node = StructuralSchema;

function converted(node: Node, path: string, walk: Walk): Node {
  walk.unused.delete(path);
  if (Array.isArray(node.type)) return withDescription(node, anyScalar);
  if (Array.isArray(node.anyOf))
    return withDescription(node, integerOrText(node.anyOf.map(asNode)));
  switch (node.type) {
    case 'object':
      return { ...kept(node), ...contents(node, path, walk), ...addedTo(path, walk) };
    case 'array': {
      const items = converted(asNode(node.items), `${path}[]`, walk);
      return { ...kept(node), items, ...listType(path, walk), ...limit('maxItems', path, walk) };
    }
    default:
      return { ...kept(node), ...addedTo(path, walk) };
  }
}

/** Text, number or boolean. A schema cannot express that, but it can reject lists and maps that are not empty. */
const anyScalar: Node = {
  'x-kubernetes-preserve-unknown-fields': true,
  maxItems: 0,
  maxProperties: 0,
};

/**
 * The only choice of types that a schema can express. Limits of a number do not affect text, and a pattern does not
 * affect numbers.
 */
function integerOrText(choices: readonly Node[]): Node {
  const types = choices.map(({ type }) => type);
  if (types.join() !== 'integer,string') throw new Error(`no schema for ${types.join(' or ')}`);
  const limits = choices.flatMap((choice) => Object.entries(kept(choice)));
  const untyped = limits.filter(([key]) => key !== 'type');
  return { ...Object.fromEntries(untyped), 'x-kubernetes-int-or-string': true };
}

function withDescription({ description }: Node, schema: Node): Node {
  return description === undefined ? schema : { description, ...schema };
}

const keptKeys = [
  ...['description', 'type', 'format', 'enum', 'default', 'pattern'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum'],
];

function kept(node: Node): Node {
  const entries = keptKeys.flatMap((key) => (saysSomething(node, key) ? [[key, node[key]]] : []));
  return Object.fromEntries(entries) as Node;
}

/** JavaScript's largest integer says nothing about a policy, and a pattern says more than the name of a format. */
function saysSomething(node: Node, key: string): boolean {
  const value = node[key];
  if (key === 'pattern') return value !== undefined && node.format === undefined;
  return value !== undefined && Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER;
}

function contents(node: Node, path: string, walk: Walk): Node {
  if (node.properties === undefined) {
    const values = converted(asNode(node.additionalProperties), below(path, '*'), walk);
    return { additionalProperties: values, ...limit('maxProperties', path, walk) };
  }
  const required = Array.isArray(node.required) ? node.required : [];
  const fields = Object.entries(asNode(node.properties)).flatMap(([name, field]) => {
    const at = below(path, name);
    if (walk.omitted?.includes(at) === true) {
      walk.unused.delete(at);
      return [];
    }
    const value = converted(asNode(field), at, walk);
    return [[name, required.includes(name) ? value : nullable(value)]];
  });
  const properties = Object.fromEntries(fields) as Node;
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

/**
 * A field with a default gets it for null. A choice cannot contain null, although the manual of the API server says
 * that it can.
 */
function nullable(field: Node): Node {
  const untyped = field.type === undefined && field['x-kubernetes-int-or-string'] !== true;
  const cannotBe = untyped || 'default' in field || 'enum' in field;
  return cannotBe ? field : { ...field, nullable: true };
}

function addedTo(path: string, { rules = {} }: Walk): Node {
  const here = rules[path];
  return here === undefined ? {} : { 'x-kubernetes-validations': here };
}

function listType(path: string, { keys = {} }: Walk): Node {
  const key = keys[path];
  if (key === undefined) return {};
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
}

function limit(keyword: 'maxItems' | 'maxProperties', path: string, { limits = {} }: Walk): Node {
  const most = limits[path];
  return most === undefined ? {} : { [keyword]: most };
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function asNode(value: unknown): Node {
  if (typeof value !== 'object' || value === null) throw new Error('a schema that is no object');
  return value as Node;
}
