import { runCommand } from '../../embedded/command.ts';

const fromDebian = '/usr/bin/docker';
const firstWithout = 23;

/**
 * A docker client that can build with BuildKit: one with buildx, or an old one that contains BuildKit, such as
 * docker.io 20.10 of Debian. Throws an error if there is neither.
 */
export async function buildkitClient(env: NodeJS.ProcessEnv): Promise<string> {
  const buildx = await runCommand('docker', ['buildx', 'version'], { env });
  if (buildx.code === 0) return 'docker';
  const { code, output } = await runCommand(fromDebian, ['--version'], { env });
  const [, major] = /version (\d+)\./.exec(output) ?? [];
  if (code === 0 && Number(major) < firstWithout) return fromDebian;
  throw new Error('no docker client here can use BuildKit: install its plugin buildx');
}
