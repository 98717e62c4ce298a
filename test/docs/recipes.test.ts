import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseDocuments } from '../../core/document/document.ts';
import { chartFile } from '../chart/helm.ts';
import { blocks, pages, pageText } from './recipes.ts';

const resource = z.looseObject({ apiVersion: z.string(), kind: z.string() });
const ours = ['PostgresPolicy', 'Secret'];

const yaml = pages.flatMap((page) => blocks(page, 'yaml').map((text) => ({ page, text })));
const values = yaml.filter(({ text }) => /^# values/.test(text));
const resources = yaml.filter(({ text }) => !/^# values/.test(text));

test('the recipes have policies for every sort of database they speak of', () => {
  const policies = resources.filter(({ text }) => text.includes('kind: PostgresPolicy'));
  const sections = pageText('recipes/databases.md').match(/^## /gm) ?? [];
  expect(policies.length).toBeGreaterThanOrEqual(sections.length);
});

test.each(resources)('what $page shows is a resource, and a policy is one we take', ({ text }) => {
  const kinds = [...parseAllDocuments(text)].map(
    (document) => resource.parse(document.toJS()).kind,
  );
  if (!kinds.some((kind) => ours.includes(kind))) return;
  for (const document of parseDocuments(text, 'recipe')) {
    expect(document).not.toHaveProperty('refusal');
    expect(['policy', 'secret']).toContain(document.kind);
  }
});

test.each(values)('the values $page shows are values of the chart', ({ text }) => {
  const schema = JSON.parse(chartFile('values.schema.json')) as object;
  const validate = new Ajv().compile(schema);
  validate(parse(text));
  expect(validate.errors).toBeNull();
});

test('the values of a release in a Flux recipe are values of the chart', () => {
  const text = blocks('recipes/flux.md', 'yaml').find((each) => each.includes('HelmRelease')) ?? '';
  const release = z.looseObject({ spec: z.looseObject({ values: z.unknown() }) });
  const validate = new Ajv().compile(JSON.parse(chartFile('values.schema.json')) as object);
  validate(release.parse(parse(text)).spec.values);
  expect(validate.errors).toBeNull();
});

test('every page that is linked is there', () => {
  const broken = pages.flatMap((page) => {
    const links = [...pageText(page).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)];
    const from = new URL(`../../docs/${page}`, import.meta.url);
    return links
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(new URL(link, from)))
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});
