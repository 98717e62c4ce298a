import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDocuments } from '../../core/document/document.ts';
import { releasesIn } from '../../tools/release/changelog.js';

const files = [
  'CHANGELOG.md',
  'package.json',
  'package-lock.json',
  'docs/icon.svg',
  'charts/pgwarden/Chart.yaml',
  'charts/pgwarden/values.yaml',
];
const copy = mkdtempSync(join(tmpdir(), 'pgwarden-release-'));

beforeAll(() => {
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
});

afterAll(() => {
  rmSync(copy, { recursive: true });
});

function release(args: readonly string[], checkout = '.') {
  const env = { ...process.env, PGWARDEN_RELEASE_CHECKOUT: checkout };
  const command = ['tools/release/main.js', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

test('changelog, code and chart agree on one version, and another tag is refused', () => {
  expect(release(['version', `v${version}`])).toMatchObject({ status: 0, stdout: `${version}\n` });
  const other = release(['version', 'v99.0.0']);
  expect(other).toMatchObject({ status: 1, stdout: '' });
  expect(other.stderr).toContain('the tag v99.0.0 says 99.0.0');
});

test('no page of the documentation names another version of the package, the image or the chart', () => {
  const pages = [
    'README.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const named = pages.flatMap((page) => [
    ...readFileSync(page, 'utf8').matchAll(/pgwarden(?:@|:| )v?(\d+\.\d+\.\d+)\b/g),
  ]);
  expect(named.map(([, each]) => each).filter((each) => each !== version)).toEqual([]);
});

test('the chart is the output of `node tools/release/main.js prepare`', () => {
  expect(release(['prepare'], copy)).toMatchObject({ status: 0, stderr: '' });
  for (const file of files)
    expect(readFileSync(join(copy, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
});

const annotations = z.record(z.string(), z.string());
const chartSchema = z.looseObject({ home: z.string(), sources: z.array(z.string()), annotations });

test('a release names its repository, and the image that the workflow pushes', () => {
  expect(release(['prepare', 'Acme/pgwarden'], copy)).toMatchObject({ status: 0, stderr: '' });
  const read = (file: string) => readFileSync(join(copy, file), 'utf8');
  const image = 'ghcr.io/acme/pgwarden';
  expect(release(['image', 'Acme/pgwarden'])).toMatchObject({ stdout: `${image}\n` });
  expect(parse(read('charts/pgwarden/values.yaml'))).toMatchObject({
    image: { repository: image },
  });
  const home = 'https://github.com/Acme/pgwarden';
  expect(JSON.parse(read('package.json'))).toMatchObject({
    repository: { url: `git+${home}.git` },
  });
  const chart = chartSchema.parse(parse(read('charts/pgwarden/Chart.yaml')));
  expect(chart).toMatchObject({ home, sources: [home] });
  expect(chart.annotations['artifacthub.io/links']).toContain(home);
  expect(chart.annotations['artifacthub.io/images']).toContain(`${image}:${version}`);
});

test('an argument that is no repository is refused before anything is written', () => {
  for (const wrong of ['pgwarden', 'a/b/c', 'a/b"\nx: y', '-/..'])
    expect(release(['prepare', wrong], copy).status).toBe(1);
});

test('the page of a release has its entries, and says how to verify it', () => {
  const { status, stdout } = release(['notes', 'acme/pgwarden']);
  expect(status).toBe(0);
  const [newest] = releasesIn(readFileSync('CHANGELOG.md', 'utf8'));
  expect(stdout.startsWith(newest?.text ?? '(none)')).toBe(true);
  expect(stdout).toContain(`cosign verify ghcr.io/acme/pgwarden:${version} --certificate-identity`);
});

test('a changelog is read by its headings, and a wrong one is reported', () => {
  const text = `# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [1.2.0] - 2026-01-31\n\nFaster.\n\n### Fixed\n\n- One\n  thing.\n- Another.\n\n## [1.1.0] - 2025-12-01\n`;
  expect(releasesIn(text)).toEqual([
    {
      version: '1.2.0',
      date: '2026-01-31',
      introduction: 'Faster.',
      text: 'Faster.\n\n### Fixed\n\n- One\n  thing.\n- Another.',
      changes: [
        { kind: 'fixed', text: 'One thing.' },
        { kind: 'fixed', text: 'Another.' },
      ],
    },
    { version: '1.1.0', date: '2025-12-01', introduction: '', text: '', changes: [] },
  ]);
  expect(() => releasesIn('## 1.2.0\n')).toThrow('not the heading of a release: ## 1.2.0');
  expect(() => releasesIn('## [1.2.0] - 2026-01-31\n\n### New\n')).toThrow('### New');
});

const chart = chartSchema
  .omit({ home: true, sources: true })
  .parse(parse(readFileSync('charts/pgwarden/Chart.yaml', 'utf8')));
const listed = (name: string) =>
  z.array(z.looseObject({})).parse(parse(chart.annotations[name] ?? ''));

test('the data for Artifact Hub is correct: licence, custom resource, example, images and icon', () => {
  expect(chart.annotations).toMatchObject({
    'artifacthub.io/license': 'Apache-2.0',
    'artifacthub.io/operatorCapabilities': 'Seamless Upgrades',
  });
  expect(chart['maintainers']).toEqual([{ name: 'The pgwarden authors' }]);
  expect(listed('artifacthub.io/crds')).toMatchObject([
    { kind: 'PostgresPolicy', version: 'v1alpha1', name: 'postgrespolicies.pgroles.io' },
  ]);
  for (const example of listed('artifacthub.io/crdsExamples'))
    expect(parseDocuments(JSON.stringify(example), 'Chart.yaml')).toMatchObject([
      { kind: 'policy' },
    ]);
  expect(listed('artifacthub.io/images')).toMatchObject([
    { image: `pgwarden:${version}`, platforms: ['linux/amd64', 'linux/arm64'] },
    { image: expect.stringMatching(/^temporalio\/temporal:\d/) },
  ]);
  const icon = Buffer.from(
    String(chart['icon']).replace(/^data:image\/svg\+xml;base64,/, ''),
    'base64',
  );
  expect(icon.toString()).toBe(readFileSync('docs/icon.svg', 'utf8'));
});
