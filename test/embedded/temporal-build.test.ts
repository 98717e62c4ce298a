import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { buildTemporal, builtTemporal } from '../../embedded/temporal-build.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-build-'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** An environment with a `go` that is a shell script. */
async function withGo(script: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'go'), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, 'go'), 0o755);
  return { XDG_CACHE_HOME: folder, PATH: `${bin}:/usr/bin:/bin` };
}

/** Writes its arguments to the last or the second last one. */
const builds = (target: string) =>
  `[ "$1" != list ] || exit $LIST\nall="$*"; ${target}\necho "$all in $PWD" > "$out"`;

test('the name of the executable contains the version of the server in go.mod', async () => {
  const goMod = await readFile(
    new URL('../../embedded/temporal-server/go.mod', import.meta.url),
    'utf8',
  );
  const version = /go\.temporal\.io\/server v(\S+)/.exec(goMod)?.[1] ?? '';
  expect(basename(builtTemporal({}))).toMatch(
    new RegExp(String.raw`^temporal-${version}-[0-9a-f]{8}$`),
  );
});

test('Go builds the module once', async () => {
  const script = builds('while [ "$1" != -o ]; do shift; done; out=$2');
  const env = { ...(await withGo(script)), LIST: '0' };
  const built = await buildTemporal(env);
  expect(built).toBe(builtTemporal(env));
  expect(await readFile(builtTemporal(env), 'utf8')).toMatch(
    /^build -trimpath .* -o \S+ \. in .*embedded\/temporal-server\n$/,
  );
  expect(await buildTemporal({ ...env, LIST: '1' })).toBe(built);
});

test('a Go that refuses the module because of its version builds copies of it', async () => {
  const script = builds('out=$4');
  const env = { ...(await withGo(script)), LIST: '1' };
  await buildTemporal(env);
  expect(await readFile(builtTemporal(env), 'utf8')).toMatch(
    /^run \S*embedded\/temporal-server\/with-older-go\/main\.go \S*embedded\/temporal-server \S+ in .*unfinished\n$/,
  );
});

test('a failed build says why, and what to do without it', async () => {
  const env = await withGo('echo "no space left"; exit 1');
  await expect(buildTemporal(env)).rejects.toMatchObject({
    code: 'TemporalUnavailable',
    message: expect.stringMatching(/^go run .* failed: no space left$/),
    hint: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
});

test('without Go there is no build', async () => {
  expect(await buildTemporal({ XDG_CACHE_HOME: folder, PATH: '' })).toBeUndefined();
});
