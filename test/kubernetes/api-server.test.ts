import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startApiServer } from '../../tools/kubernetes/api-server.ts';

const { KUBEBUILDER_ASSETS: given, TMPDIR: temporary } = process.env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-assets-'));
  process.env.TMPDIR = folder;
});

afterEach(async () => {
  restore('KUBEBUILDER_ASSETS', given);
  restore('TMPDIR', temporary);
  await rm(folder, { recursive: true });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

test('an API server that does not start leaves its last output, and nothing else', async () => {
  const fake = join(folder, 'kube-apiserver');
  await writeFile(fake, '#!/bin/sh\necho "unknown flag: --profiling" >&2; exit 1\n');
  await chmod(fake, 0o755);
  process.env.KUBEBUILDER_ASSETS = folder;
  await expect(startApiServer()).rejects.toThrow(
    'the Kubernetes API server ended by itself (exit code 1):\nunknown flag: --profiling',
  );
  expect(await readdir(folder)).toEqual(['kube-apiserver']);
});
