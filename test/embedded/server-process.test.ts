import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { commandLine } from '../../embedded/pid.ts';
import { startServerProcess } from '../../embedded/server-process.ts';
import { eventually } from '../workflows/wait.ts';

test('a server that ignores the request to stop is killed', async () => {
  const server = await startServerProcess({
    file: 'sh',
    args: ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'],
    stopSignal: 'SIGTERM',
    graceMs: 300,
  });
  expect(await server.seen('ready', 5_000)).toBe(true);
  await server.stop();
  expect(await server.ended).toBe('SIGKILL');
});

test('a server that cannot be started says why', async () => {
  const start = startServerProcess({
    file: '/nowhere/server',
    args: [],
    stopSignal: 'SIGTERM',
    graceMs: 300,
  });
  await expect(start).rejects.toThrow('ENOENT');
});

test('a server and its scratch directory do not outlive a killed owner', async () => {
  const scratchDir = await mkdtemp(join(tmpdir(), 'pgwarden-scratch-'));
  const bundle = await build({
    stdin: {
      contents: `import { startServerProcess } from './embedded/server-process.ts';
        const scratchDir = process.argv[1];
        const options = { file: 'sleep', args: ['60'], stopSignal: 'SIGTERM', graceMs: 1000, scratchDir };
        startServerProcess(options).then((server) => console.log(server.pid));`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  const owner = spawn(process.execPath, ['-e', script, scratchDir]);
  const [chunk] = (await once(owner.stdout, 'data')) as [Buffer];
  const server = Number(chunk.toString());
  expect(await commandLine(server)).toContain('sleep');

  owner.kill('SIGKILL');
  await eventually(() => !existsSync(scratchDir));
  expect(await commandLine(server)).toBe('');
});
