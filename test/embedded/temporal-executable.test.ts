import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtTemporal } from '../../embedded/temporal-build.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-executables-'));
  await fakeCli('chosen/temporal', 'echo "temporal version 1.2.3 (Server 1.2.3, UI 1.2.3)"');
  await fakeCli('path/temporal', 'echo "temporal version 1.2.3 (Server 1.2.3, UI 1.2.3)"');
  await fakeCli('broken/temporal', 'echo "cannot run here" >&2; exit 1');
  await fakeCli('other/temporal', 'echo "a calendar program, version 7"');
});

afterAll(() => rm(folder, { recursive: true }));

async function fakeCli(path: string, script: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, path), 0o755);
}

function environment(set: Record<string, string>): NodeJS.ProcessEnv {
  return { PATH: join(folder, 'path'), XDG_CACHE_HOME: join(folder, 'cache'), ...set };
}

test('a running server is used before any executable', async () => {
  const env = environment({ TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_CLI: '/nowhere' });
  expect(await resolveTemporal(env)).toEqual({
    kind: 'server',
    address: 'temporal.example:7233',
    source: 'TEMPORAL_ADDRESS',
  });
});

test('TEMPORAL_CLI is used before an executable on PATH', async () => {
  const path = join(folder, 'chosen/temporal');
  const choice = await resolveTemporal(environment({ TEMPORAL_CLI: path }));
  expect(choice).toEqual({ kind: 'executable', path, source: 'TEMPORAL_CLI' });
});

test('a built executable is used only if there is none on PATH', async () => {
  const built = builtTemporal(environment({}));
  await fakeCli(built.slice(folder.length), 'echo "pgwarden (Server 1.2.3, UI 1.2.3)"');
  expect(await resolveTemporal(environment({}))).toMatchObject({ source: 'PATH' });
  expect(await resolveTemporal(environment({ PATH: '/usr/bin:/bin' }))).toEqual({
    kind: 'executable',
    path: built,
    source: 'the cache',
  });
});

test.each(['broken/temporal', 'other/temporal', 'missing/temporal'])(
  'an executable that is not a working Temporal CLI is skipped: %s',
  async (name) => {
    const choice = await resolveTemporal(environment({ TEMPORAL_CLI: join(folder, name) }));
    expect(choice).toMatchObject({ path: join(folder, 'path/temporal'), source: 'PATH' });
  },
);
