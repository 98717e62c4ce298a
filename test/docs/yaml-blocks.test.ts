import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { boundsRefusal, parseBounds } from '../../core/bounds/parse.ts';
import { parseDocuments } from '../../core/document/document.ts';
import { chartFile } from '../chart/helm.ts';
import { blocks, blocksOf, pages, pageText } from './pages.ts';

const resource = z.looseObject({ apiVersion: z.string(), kind: z.string() });
const ours = ['PostgresPolicy', 'Secret'];
const known = ['yaml', 'yaml norun', 'sh', 'sh norun', 'sql', 'hcl', 'text', 'mermaid'];

const all = pages.flatMap(blocksOf);
const yaml = all.filter(({ info }) => info === 'yaml');
const values = yaml.filter(({ text }) => /^# values/.test(text));
const resources = yaml.filter(
  ({ text }) => /^kind: /m.test(text) && !values.some((each) => each.text === text),
);
const manifests = yaml.filter((block) => ![...values, ...resources].includes(block));

test('every block has a language, so that it is run, validated or marked as not runnable', () => {
  const other = all.filter(({ info }) => !known.includes(info));
  expect(other.map(({ page, line, info }) => `${page}:${line} ${info}`)).toEqual([]);
  expect(resources.length).toBeGreaterThan(20);
  expect(manifests.length).toBeGreaterThan(5);
});

test('the page on connections has policies for every kind of database that it describes', () => {
  const page = 'how-to/connect-a-database.md';
  const policies = blocks(page, 'yaml').filter((text) => text.includes('kind: PostgresPolicy'));
  const sections = pageText(page).match(/^## /gm) ?? [];
  expect(policies.length).toBeGreaterThanOrEqual(sections.length);
});

test.each(resources)('$page:$line shows a resource, and its policy is valid', ({ text }) => {
  const kinds = [...parseAllDocuments(text)].map(
    (document) => resource.parse(document.toJS()).kind,
  );
  if (!kinds.some((kind) => ours.includes(kind))) return;
  for (const document of parseDocuments(text, 'page')) {
    expect(document).not.toHaveProperty('refusal');
    expect(['policy', 'secret']).toContain(document.kind);
  }
});

test.each(manifests)('$page:$line shows a valid manifest', ({ text }) => {
  for (const document of parseDocuments(text, 'page')) {
    expect(document).not.toHaveProperty('refusal');
    expect(document.kind).toBe('manifest');
  }
});

test.each(values)('$page:$line shows values of the chart', ({ text }) => {
  const schema = JSON.parse(chartFile('values.schema.json')) as object;
  const validate = new Ajv().compile(schema);
  validate(parse(text));
  expect(validate.errors).toBeNull();
});

test('the values of a release in a Flux recipe are values of the chart', () => {
  const text = blocks('how-to/flux.md', 'yaml').find((each) => each.includes('HelmRelease')) ?? '';
  const release = z.looseObject({ spec: z.looseObject({ values: z.unknown() }) });
  const validate = new Ajv().compile(JSON.parse(chartFile('values.schema.json')) as object);
  validate(release.parse(parse(text)).spec.values);
  expect(validate.errors).toBeNull();
});

test('the bounds in the how-to page are valid bounds', () => {
  const [text = ''] = blocks('how-to/restrict-tenants.md', 'yaml');
  const list = text.split(/^bounds:\n/m)[1] ?? '';
  const bounds = parseBounds(list, 'page');
  expect(boundsRefusal(bounds)).toBeUndefined();
  expect(bounds).toHaveLength(2);
});
