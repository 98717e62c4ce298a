import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { installOnce } from '../../embedded/install-once.ts';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'pgwarden-cache-'));
});

afterEach(() => rm(cache, { recursive: true }));

async function build(workDir: string): Promise<string> {
  const path = join(workDir, 'tool');
  await writeFile(path, 'built');
  return path;
}

test('if two processes need the same thing at once, one builds it and the other waits', async () => {
  const target = join(cache, 'bin', 'tool');
  let builds = 0;
  const count = (workDir: string) => {
    builds += 1;
    return build(workDir);
  };
  await Promise.all([installOnce(target, count), installOnce(target, count)]);
  expect(builds).toBe(1);
  expect(await readFile(target, 'utf8')).toBe('built');
});

test('a failed build leaves nothing behind and can be repeated', async () => {
  const target = join(cache, 'tool');
  const fail = async (workDir: string) => {
    await build(workDir);
    throw new Error('disk full');
  };
  await expect(installOnce(target, fail)).rejects.toThrow('disk full');
  expect(await readdir(cache)).toEqual([]);
  await installOnce(target, build);
  expect(await readdir(cache)).toEqual(['tool']);
});

test('a lock whose holder has died does not block the next process', async () => {
  const target = join(cache, 'tool');
  await writeFile(`${target}.lock`, '2147483646');
  await installOnce(target, build);
  expect(await readdir(cache)).toEqual(['tool']);
});

test('a lock that cannot be created is an error, and nobody waits for it', async () => {
  const target = join(cache, 'x'.repeat(253));
  await expect(installOnce(target, build)).rejects.toThrow('ENAMETOOLONG');
});
