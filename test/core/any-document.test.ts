import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parseDocuments } from '../../core/document/document.ts';
import { policySchema } from '../../core/document/policy.ts';
import { manifestSchema } from '../../core/manifest.ts';

/** Texts that have broken readers which count bytes or trust a key. */
const nastyTexts = [
  '2025-12-31T00:00:0é', // 20 bytes
  '2025-12-31T00:00:00é',
  '२०२५-12-31T00:00:00Z',
  '2025-02-30T00:00:00Z',
  '9999-12-31T23:59:59.999999999+14:59',
  '__proto__',
  'constructor',
  'toString',
  '',
  '*',
  'PUBLIC',
  'pg_monitor',
  'é'.repeat(32),
  '😀'.repeat(16),
  '\ud83d',
  '\0',
  'a\nb',
  '{schema}{profile}{profile}',
  'f(int, "a,b"[], VARIADIC numeric(1,2))',
  'f((((',
  '"',
  '"unclosed',
  '$$',
];

const names = fc.constantFrom('a', 'b', 'c', 's', 't', ...nastyTexts);
const scalars: fc.Arbitrary<unknown> = fc.oneof(
  names,
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double(),
);

/** The JSON form of a zod schema, as far as it is needed to generate values. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
}

/**
 * Values that the schema mostly allows, so that parsing goes deep, with something else in every place from time to
 * time.
 */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 24, arbitrary: fittingValues(shape) },
    { weight: 1, arbitrary: scalars },
  );
}

function fittingValues(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.const !== undefined) return fc.constant(shape.const);
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum);
  if (shape.anyOf !== undefined) return fc.oneof(...shape.anyOf.map(valuesOf));
  if (shape.properties !== undefined) return records(shape.properties, shape.required ?? []);
  if (typeof shape.additionalProperties === 'object')
    return fc.dictionary(names, valuesOf(shape.additionalProperties), { maxKeys: 3 });
  if (shape.items !== undefined) return fc.array(valuesOf(shape.items), { maxLength: 3 });
  if (shape.type === 'boolean') return fc.boolean();
  if (shape.type === 'integer') return fc.integer({ min: -2, max: 200 });
  return names;
}

function records(
  properties: Readonly<Record<string, Shape>>,
  required: readonly string[],
): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, shape]) => [key, valuesOf(shape)]),
  );
  return fc.record(fields, { requiredKeys: required.filter((key) => key in fields) });
}

function documentsOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  // The library's type of a JSON schema is open. Only the keys above are read.
  const shape = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })),
  ) as Shape;
  return fittingValues(shape);
}

const runs = Number(process.env['PGWARDEN_FUZZ_RUNS'] ?? 500);

/** Every document is either read, or refused with a place and a reason. Nothing is thrown. */
function expectAnswer(text: string): void {
  for (const document of parseDocuments(text, 'f.yaml')) {
    if (document.kind !== 'invalid') continue;
    expect(document.refusal.code).toBe('InvalidSpec');
    expect(document.refusal.message).toMatch(/^f\.yaml/);
  }
}

test('no manifest makes the reader fail', () => {
  fc.assert(
    fc.property(documentsOf(manifestSchema), (value) => {
      expectAnswer(stringify(value));
    }),
    { numRuns: runs },
  );
});

test('no policy makes the reader fail', () => {
  fc.assert(
    fc.property(documentsOf(policySchema), (value) => {
      expectAnswer(stringify(value));
    }),
    { numRuns: runs / 4 },
  );
});

test('no text makes the reader fail', () => {
  const pieces = fc.constantFrom(
    ...['roles:', '- ', '{', '}', '[', ']', '&a ', '*a', '!!binary ', '!t ', '|', '>', '"', "'"],
    ...['\n', '\n  ', '\t', '---\n', '...\n', '%YAML 9\n', '? ', ': ', '#', '<<: ', ...nastyTexts],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      expectAnswer(parts.join(''));
    }),
    { numRuns: runs },
  );
});
