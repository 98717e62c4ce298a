import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { actionlint } from '../../tools/actionlint.ts';

const folder = '.github/workflows';
const workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      steps: z
        .array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() }))
        .default([]),
    }),
  ),
});

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const { jobs, permissions } = workflow.parse(parse(text));
  return { name, permissions, steps: Object.values(jobs).flatMap(({ steps }) => steps) };
});

test('actionlint reports no problem in the workflows', async () => {
  const { status, stdout } = spawnSync(await actionlint(), ['-no-color'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
}, 300_000);

test.each(workflows)(
  '$name pins the version of each action, and has only read permission',
  (each) => {
    const actions = each.steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(1);
    expect(actions.filter((action) => !/@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(action))).toEqual([]);
    expect(Object.values(each.permissions).filter((right) => right !== 'read')).toEqual([]);
  },
);

test.each(workflows)('every script and command that $name runs exists', ({ steps }) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
  const texts = steps.flatMap(({ run }) => run ?? []).join('\n');
  for (const [, path = ''] of texts.matchAll(/(?:\bnode |^)((?:tools|\.ci)\/\S+?)(?=[\s")]|$)/gm))
    expect(existsSync(path) ? path : `${path} is missing`).toBe(path);
  for (const [, name = ''] of texts.matchAll(/npm run (?:--silent )?([\w:]+)/g))
    expect(Object.keys(scripts)).toContain(name);
});

test('the whole suite runs on both architectures, and on the oldest supported Node.js', () => {
  const text = readFileSync(`${folder}/ci.yml`, 'utf8');
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    engines: { node: string };
  };
  expect(text).toContain('- run: .ci/run');
  expect(text).toMatch(/arch: amd64[^}]*node: '24'/);
  expect(text).toMatch(/arch: arm64[^}]*node: '24'/);
  expect(text).toContain(`node: '${engines.node.replace('>=', '')}'`);
});

test('the image, the editor container and the default of developers use the same Node.js', () => {
  const major = readFileSync('.nvmrc', 'utf8').trim();
  expect(readFileSync('Dockerfile', 'utf8')).toContain(`NODE_IMAGE=node:${major}-`);
  expect(readFileSync('.devcontainer/devcontainer.json', 'utf8')).toContain(
    `typescript-node:${major}-`,
  );
});
