import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const page = readFileSync('CONTRIBUTING.md', 'utf8');

test('every file, folder and script that CONTRIBUTING.md names exists', () => {
  const code = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const paths = code.flatMap(
    (text) => text.match(/^(?:\.?[\w-]+\/)[\w./-]*$|^[\w-]+\.(?:js|md)$/) ?? [],
  );
  const inCommands = code.flatMap((text) => text.match(/\b(?:test|tools)\/[\w/.-]+/g) ?? []);
  const all = [...paths, ...inCommands].filter((path) => !path.startsWith('.pgwarden/')); // made by a command
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter((path) => !existsSync(path))).toEqual([]);
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const run = [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every folder of the product is in the table of folders', () => {
  const folders = readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(entry.name))
    .map(({ name }) => name)
    .filter((name) => readdirSync(name).some((file) => /\.tsx?$/.test(file)));
  for (const folder of folders.filter((name) => name !== 'bench'))
    expect(page).toContain(`\`${folder}/\``);
});

test('the scenario that CONTRIBUTING.md runs exists', () => {
  const [, scenario = ''] = /corpus-16\.test\.ts -t ([\w-]+)/.exec(page) ?? [];
  expect(existsSync(`test/corpus/scenarios/${scenario}/manifest.yaml`)).toBe(true);
});

const form = z.looseObject({
  name: z.string(),
  description: z.string(),
  body: z.array(
    z.looseObject({
      type: z.enum(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']),
      id: z.string().optional(),
      attributes: z.looseObject({ label: z.string().optional(), value: z.string().optional() }),
    }),
  ),
});

test.each(readdirSync('.github/ISSUE_TEMPLATE').filter((name) => name !== 'config.yml'))(
  'GitHub accepts the issue form %s: each part has a label and a unique name',
  (name) => {
    const { body } = form.parse(parse(readFileSync(`.github/ISSUE_TEMPLATE/${name}`, 'utf8')));
    const parts = body.filter(({ type }) => type !== 'markdown');
    expect(
      parts.every(({ id, attributes }) => id !== undefined && attributes.label !== undefined),
    ).toBe(true);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
  },
);
