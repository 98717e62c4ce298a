import { runCommand } from '../../embedded/command.ts';

const fromDebian = '/usr/bin/docker';
const firstWithout = 23;

/**
 * A docker client that builds with BuildKit: one that has buildx, or one of a time when BuildKit was in the client, as
 * Debian's docker.io 20.10 is. Throws an error where there is neither.
 */
export async function buildkitClient(env: NodeJS.ProcessEnv): Promise<string> {
  const buildx = await runCommand('docker', ['buildx', 'version'], { env });
  if (buildx.code === 0) return 'docker';
  const { code, output } = await runCommand(fromDebian, ['--version'], { env });
  const [, major] = /version (\d+)\./.exec(output) ?? [];
  if (code === 0 && Number(major) < firstWithout) return fromDebian;
  throw new Error('no docker client here can use BuildKit: install its plugin buildx');
}
