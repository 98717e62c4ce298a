import { z } from 'zod';
import { nearest } from '../nearest.ts';
import type { Problem } from '../problem.ts';

type Issue = z.core.$ZodIssue;
type Path = Problem['path'];

/**
 * Problems found by zod, in words that say what to write instead, at most `most`. Values are not repeated, because they
 * may be secrets.
 */
export function problemsOf(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
  most = Infinity,
): Problem[] {
  const problems: Problem[] = [];
  for (const issue of issues) {
    if (problems.length >= most) break;
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys')
      problems.push(...unknownKeys(schema, path, issue.keys.slice(0, most - problems.length)));
    else problems.push({ path, message: wordsFor(issue, valueAt(value, path)) });
  }
  return problems;
}

/** The number of problems in total. */
export function problemCount(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );
}

function wordsFor(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') return typeWordsFor(issue.expected, value);
  if (issue.code === 'invalid_value') {
    const choice = issue.values.map(String);
    return value === undefined
      ? `is missing: write ${choice.join(' or ')}`
      : `is ${shown(value)}${meant(value, choice)}, must be ${choice.join(' or ')}`;
  }
  return (typeof value === 'number' ? rangeWords(issue) : keyWords(issue)) ?? issue.message;
}

function typeWordsFor(type: string, value: unknown): string {
  // JavaScript has these as numbers, and YAML as .nan, .inf and 1e400.
  if (type === 'number' && typeof value === 'number')
    return `is ${Number.isNaN(value) ? 'not a number' : 'infinite'}, must be a finite number`;
  const expected = typeWords[type] ?? type;
  return value === undefined
    ? `is missing: write ${expected}`
    : `is ${kindOfValue(value)}, must be ${expected}`;
}

function rangeWords(issue: Issue): string | undefined {
  if (issue.code === 'too_small') return `must be at least ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}`;
  return undefined;
}

function keyWords(issue: Issue): string | undefined {
  return issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
}

const typeWords: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};

function kindOfValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'a map of keys';
  return `a ${typeof value}`;
}

/** Only for values of a fixed choice, which are not secrets. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : kindOfValue(value);
}

function unknownKeys(schema: z.ZodType, path: Path, keys: readonly string[]): Problem[] {
  const known = knownKeys(schema, path);
  const choice = known.length === 0 ? '' : `: it may be ${known.join(', ')}`;
  return keys.map((key) => ({
    path: [...path, key],
    message: `is not a known key${meant(key, known)}${choice}`,
  }));
}

function meant(value: unknown, known: readonly string[]): string {
  const name = typeof value === 'string' ? nearest(value, known) : undefined;
  return name === undefined ? '' : ` (did you mean ${name}?)`;
}

/** Walks the JSON form of the schema, which is created once, for the first error. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let node = jsonSchemaOf(schema);
  for (const step of path) node = childSchema(node, step);
  return isMap(node) && isMap(node['properties']) ? Object.keys(node['properties']) : [];
}

const jsonSchemas = new WeakMap<z.ZodType, unknown>();

function jsonSchemaOf(schema: z.ZodType): unknown {
  const known = jsonSchemas.get(schema);
  if (known !== undefined) return known;
  const made: unknown = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  jsonSchemas.set(schema, made);
  return made;
}

function childSchema(node: unknown, step: string | number): unknown {
  if (!isMap(node)) return undefined;
  if (typeof step === 'number') return node['items'];
  const properties = node['properties'];
  return isMap(properties) && step in properties ? properties[step] : node['additionalProperties'];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return typeof step === 'number' ? inner[step] : undefined;
    return isMap(inner) ? inner[step] : undefined;
  }, value);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
