import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cacheDir } from '../../embedded/cache.ts';
import { findOnPath } from '../../embedded/find-on-path.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pgwarden-path-'));
});

afterEach(() => rm(root, { recursive: true }));

test('a program on PATH is an executable file, and not a folder of its name', async () => {
  const folders = ['folder', 'text', 'tool'].map((name) => join(root, name));
  const [asFolder = '', asText = '', asTool = ''] = folders;
  await mkdir(join(asFolder, 'temporal'), { recursive: true });
  for (const folder of [asText, asTool]) {
    await mkdir(folder);
    await writeFile(join(folder, 'temporal'), '');
  }
  await chmod(join(asTool, 'temporal'), 0o755);
  const env = { PATH: ['', ...folders].join(delimiter) };
  expect(findOnPath('temporal', env)).toBe(join(asTool, 'temporal'));
  expect(findOnPath('temporal', { PATH: asFolder })).toBeUndefined();
});

test('the cache is in XDG_CACHE_HOME if that is set', () => {
  const usual = join(homedir(), '.cache', 'pgwarden');
  expect(cacheDir({ XDG_CACHE_HOME: '/var/cache' })).toBe('/var/cache/pgwarden');
  for (const env of [{}, { XDG_CACHE_HOME: '' }, { XDG_CACHE_HOME: 'cache' }])
    expect(cacheDir(env)).toBe(usual);
});
