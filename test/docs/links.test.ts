import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter((file) =>
  existsSync(file),
);
const pages = files.filter((file) => /^(docs|charts)\/.*\.md$|^[A-Z_]+\.md$/.test(file));

test('every link between pages leads to a file, and every anchor to a heading', () => {
  const broken = pages.flatMap((page) => linksOf(page).filter((link) => !leadsTo(page, link)));
  expect(broken).toEqual([]);
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(100);
});

test('every page of docs/ can be reached from the start page', () => {
  const reached = new Set(['docs/index.md']);
  for (const page of reached)
    for (const target of linksOf(page).map((link) => join(dirname(page), link.split('#')[0] ?? '')))
      if (target.endsWith('.md') && target.startsWith('docs/')) reached.add(target);
  const all = pages.filter((page) => page.startsWith('docs/'));
  expect(all.filter((page) => !reached.has(page))).toEqual([]);
});

test('every page of docs/ that code, charts or messages name exists', () => {
  const sources = files.filter(
    (file) => !/^(docs|test|CHANGELOG|node_modules)|\.(png|svg|json)$/.test(file),
  );
  const named = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/.-]+\.(?:md|json)\b/g)].map(([path]) => ({
      file,
      path,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
});

function git(...args: readonly string[]): readonly string[] {
  return execFileSync('git', args, { encoding: 'utf8' }).trim().split('\n');
}

/** The links of a page to other files and to headings, as written, without those in code. */
function linksOf(page: string): readonly string[] {
  if (!existsSync(page) || statSync(page).isDirectory()) return [];
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```.*?^\1```$/gms, '').replaceAll(/`[^`\n]*`/g, 'code');
}

function leadsTo(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return target.endsWith('.md') && anchorsOf(target).includes(anchor);
}

/** The anchors of the headings, as GitHub and the site build them. */
function anchorsOf(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8').replaceAll(/^( *)```.*?^\1```$/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

test('every decision record is in the list', () => {
  const records = readdirSync('docs/adr').filter((name) => name.startsWith('0'));
  const listed = linksOf('docs/adr/index.md');
  expect(records.filter((record) => !listed.includes(record))).toEqual([]);
});
