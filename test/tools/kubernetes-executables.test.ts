import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { kubernetesExecutable } from '../../tools/kubernetes/executables.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-executables-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function program(path: string, script = ''): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

function environment(set: Record<string, string>): NodeJS.ProcessEnv {
  return { XDG_CACHE_HOME: join(folder, 'empty'), PATH: '', ...set };
}

test('executables in KUBEBUILDER_ASSETS are used before the cache, and the cache for the others', async () => {
  const etcd = await program('assets/etcd');
  const env = environment({
    KUBEBUILDER_ASSETS: join(folder, 'assets'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  });
  const helm = await program('cache/pgwarden/bin/helm-3.21.4');
  expect(await kubernetesExecutable('etcd', env)).toBe(etcd);
  expect(await kubernetesExecutable('helm', env)).toBe(helm);
});

test('Go builds an executable once, of the version in its name', async () => {
  // Writes its arguments to the file in which the executable is expected.
  const script = `
    while [ "$1" != "-o" ]; do shift; done
    echo "$3 in $PWD" > "$2"; chmod +x "$2"`;
  const env = environment({ PATH: `${dirname(await program('go/go', script))}:/usr/bin:/bin` });
  const built = await kubernetesExecutable('kube-apiserver', env);
  expect(basename(built)).toBe('kube-apiserver-1.35.4');
  const how = await readFile(built, 'utf8');
  expect(how).toMatch(
    /^k8s\.io\/kubernetes\/cmd\/kube-apiserver in .*tools\/kubernetes\/components\n$/,
  );
  await program('go/go', 'exit 1');
  expect(await kubernetesExecutable('kube-apiserver', env)).toBe(built);
});

test('a failed build says which command failed, and why', async () => {
  const go = await program('broken/go', 'echo "no space left"; exit 1');
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(
    kubernetesExecutable('helm', environment({ PATH: `${dirname(go)}:/bin` })),
  ).rejects.toThrow(/go install .* helm\.sh\/helm\/v3\/cmd\/helm@v3\.21\.4 failed:\nno space left/);
  const lines = written.mock.calls.map(([text]) => String(text));
  written.mockRestore();
  expect(lines.at(-1)).toMatch(/^Building helm 3\.21\.4 with Go, .*: failed after /);
});

test('without a Go toolchain, the error gives the reason', async () => {
  await expect(kubernetesExecutable('etcd', environment({}))).rejects.toThrow(
    'no etcd: it is neither in KUBEBUILDER_ASSETS nor in the cache, and there is no go on PATH to build it',
  );
});

test.each([
  ['etcd', 'etcd', 'go.etcd.io/etcd/server/v3'],
  ['kube-apiserver', 'components', 'k8s.io/kubernetes'],
] as const)('the name of %s contains the version in go.mod', async (name, module, path) => {
  const goMod = await readFile(
    new URL(`../../tools/kubernetes/${module}/go.mod`, import.meta.url),
    'utf8',
  );
  const version = new RegExp(`require ${path} v(\\S+)`).exec(goMod)?.[1] ?? '';
  const cached = await program(`pinned/pgwarden/bin/${name}-${version}`);
  const env = environment({ XDG_CACHE_HOME: join(folder, 'pinned') });
  expect(await kubernetesExecutable(name, env)).toBe(cached);
});
