import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { editorSchemas } from '../../tools/docs/editor-schemas.ts';

const schemas = editorSchemas();

test.each(Object.keys(schemas))('docs/schema/%s is the output of `npm run docs`', (name) => {
  expect(readFileSync(`docs/schema/${name}`, 'utf8')).toBe(schemas[name]);
});

const validators = Object.entries(schemas).map(([name, text]) => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  return [name, ajv.compile(JSON.parse(text) as object)] as const;
});

function problemsBy(name: string, value: unknown): readonly object[] {
  const validate = new Map(validators).get(name);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate(value) ? [] : (validate.errors ?? []);
}

const examples = readdirSync('examples').map((name) => join('examples', name));

test.each(examples)('%s names the schema of a policy, and is valid under it', (path) => {
  const text = readFileSync(path, 'utf8');
  const [, named = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
  expect(resolve(dirname(path), named)).toBe(resolve('docs/schema/policy.json'));
  for (const document of parseAllDocuments(text))
    expect(problemsBy('policy.json', document.toJS())).toEqual([]);
});

test('every manifest of the corpus is valid under the schema of manifests', () => {
  const invalid = readdirSync('test/corpus/scenarios').filter((name) => {
    const text = readFileSync(`test/corpus/scenarios/${name}/manifest.yaml`, 'utf8');
    return problemsBy('manifest.json', parse(text)).length > 0;
  });
  expect(invalid).toEqual([]);
});

const policy = {
  apiVersion: 'pgroles.io/v1alpha1',
  kind: 'PostgresPolicy',
  metadata: { name: 'shop' },
  spec: { connection: { secretRef: { name: 'shop-admin' } } },
};

test.each([
  ['a misspelled field', { ...policy, spec: { ...policy.spec, rolls: [] } }, 'rolls'],
  ['a mode that there is not', { ...policy, spec: { ...policy.spec, mode: 'try' } }, '/spec/mode'],
  ['another kind', { ...policy, kind: 'Policy' }, '/kind'],
])('an editor marks %s', (_what, document, part) => {
  expect(problemsBy('policy.json', policy)).toEqual([]);
  expect(JSON.stringify(problemsBy('policy.json', document))).toContain(part);
});

test('a file of policies can contain a Secret', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-admin' } };
  const right = { ...secret, stringData: { DATABASE_URL: 'x' } };
  expect(problemsBy('policy.json', right)).toEqual([]);
  expect(problemsBy('policy.json', { ...secret, stringData: { port: 5432 } })).not.toEqual([]);
});
