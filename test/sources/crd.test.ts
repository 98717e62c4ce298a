import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { admissionTypes, admissionTypesFile } from '../../tools/crd/admission-types.ts';
import { policyDefinition } from '../../tools/crd/definition.ts';
import { structuralSchema } from '../../tools/crd/structural.ts';
import { definitionFile, definitionText } from '../../tools/crd/text.ts';

test('the definition in the chart is the output of `npm run crd`', () => {
  expect(readFileSync(definitionFile, 'utf8')).toBe(definitionText());
});

test('the types of the admission checks in the chart are what `npm run crd` makes of the object types', () => {
  expect(readFileSync(admissionTypesFile, 'utf8')).toBe(admissionTypes());
});

/** Every schema in the definition, with its path. */
function schemas(node: unknown, path: string): [string, object][] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node).flatMap(([key, value]) => schemas(value, `${path}.${key}`));
  return 'type' in node || 'x-kubernetes-preserve-unknown-fields' in node
    ? [[path, node], ...below]
    : below;
}

const all = schemas(policyDefinition(), '').filter(([path]) => path.includes('openAPIV3Schema'));

test('no field of a list item has a default, because tools that compare would report it as a change', () => {
  const paths = all.flatMap(([path, schema]) => ('default' in schema ? [path] : []));
  expect(paths.map((path) => path.split('.').at(-1))).toEqual([
    'interval',
    'suspend',
    'mode',
    'reconciliation_mode',
    'deletion_policy',
  ]);
  expect(paths.filter((path) => path.includes('.items.'))).toEqual([]);
});

test('every field of spec and status has a description', () => {
  const fields = all.filter(([path]) =>
    /properties\.(spec|status)\..*\.properties\.\w+$/.test(path),
  );
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter(([, schema]) => !('description' in schema)).map(([path]) => path)).toEqual(
    [],
  );
});

test('a rule, limit or key for a field that does not exist is an error at build time', () => {
  const schema = z.strictObject({ roles: z.array(z.strictObject({ name: z.string() })) });
  expect(structuralSchema(schema, { keys: { roles: 'name' } })).toEqual({
    type: 'object',
    properties: {
      roles: {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
    required: ['roles'],
  });
  expect(() =>
    structuralSchema(schema, { limits: { grants: 5 }, rules: { 'roles[].nam': [] } }),
  ).toThrow('no such fields: roles[].nam, grants');
});
