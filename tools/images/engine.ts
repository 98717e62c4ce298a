import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../../embedded/cache.ts';
import { runCommand } from '../../embedded/command.ts';
import { locate, provideDebianPackages } from '../../embedded/debian-packages.ts';
import { removeCgroup } from '../linux/cgroups.ts';
import { unmountBelow } from '../linux/mounts.ts';
import { systemEnv } from '../linux/system.ts';
import { startServerProcess } from '../../embedded/server-process.ts';
import { rememberServer, stopStaleServer } from '../../embedded/stale-server.ts';
import { buildkitClient } from './buildkit.ts';

/** A Docker engine and the means to use it. */
export interface ImageEngine {
  /** Its name, for messages. */
  readonly source: string;
  /** Runs `docker <args>` and returns its output. Throws an error with the output when it fails. */
  readonly docker: (args: readonly string[], options?: DockerOptions) => Promise<string>;
  readonly stop: () => Promise<void>;
}

interface DockerOptions {
  /**
   * Whether to build with BuildKit. Default false: every client has the classic builder, which never asks a registry
   * for local images.
   */
  readonly buildkit?: boolean;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
}

const probeLimitMs = 5_000;
const startLimitMs = 60_000;

/** Age at which layers of earlier builds are removed, because each build can take half a gigabyte. */
const layersKept = '24h';

/**
 * The Docker engine that answers, otherwise one that this starts, which keeps its layers in the cache.
 *
 * The started engine only builds: it creates no network, so builds need `--network host`. Throws an error that says why
 * there is no engine.
 */
export async function imageEngine(env: NodeJS.ProcessEnv = process.env): Promise<ImageEngine> {
  const theirs = await runCommand('docker', ['info'], { env, timeoutMs: probeLimitMs });
  if (theirs.code === 0) {
    return { source: 'the Docker engine here', docker: client(env), stop: () => Promise.resolve() };
  }
  await provideDebianPackages({ 'docker.io': 'dockerd' }, env);
  return startEngine(env);
}

async function startEngine(env: NodeJS.ProcessEnv): Promise<ImageEngine> {
  if (process.getuid?.() !== 0)
    throw new Error('no Docker engine answers, and only root can start one');
  const data = join(cacheDir(env), 'docker');
  await mkdir(data, { recursive: true });
  await stopStaleServer(join(data, 'server.pid'), data);
  const home = await mkdtemp(join(tmpdir(), 'pgwarden-docker-'));
  const socket = `unix://${join(home, 'docker.sock')}`;
  const server = await startServerProcess({
    file: locate('dockerd', env) ?? 'dockerd',
    args: [
      ...['--host', socket, '--data-root', data, '--exec-root', join(home, 'exec')],
      ...['--pidfile', join(home, 'docker.pid')],
      ...['--bridge', 'none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
    ],
    env: systemEnv,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  await rememberServer(join(data, 'server.pid'), server.pid);
  const stop = async () => {
    await server.stop();
    await unmountBelow(home);
    await removeCgroup('docker');
    await rm(home, { recursive: true, force: true });
  };
  if (await server.seen('API listen on', startLimitMs)) {
    const docker = client({ ...env, DOCKER_HOST: socket });
    for (const cache of ['image', 'builder'])
      await docker([cache, 'prune', '--force', '--filter', `until=${layersKept}`]);
    return { source: 'an engine started for this build', docker, stop };
  }
  await stop();
  throw new Error(`dockerd did not start:\n${server.output().split('\n').slice(-5).join('\n')}`);
}

function client(env: NodeJS.ProcessEnv): ImageEngine['docker'] {
  return async (args, { buildkit = false, ...options } = {}) => {
    const file = buildkit ? await buildkitClient(env) : 'docker';
    const { code, output } = await runCommand(file, args, {
      env: { ...env, DOCKER_BUILDKIT: buildkit ? '1' : '0' },
      ...options,
    });
    if (code !== 0) throw new Error(`docker ${args.slice(0, 2).join(' ')} failed:\n${output}`);
    return output;
  };
}
