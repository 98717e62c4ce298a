import { runCommand } from './command.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { step } from './progress.ts';

const installLimitMs = 600_000;

/** Debian package to an executable it brings, by name or path. */
type NeededPackages = Readonly<Record<string, string>>;

/** The packages of `needed` whose executable is not there. */
function missingPackages(needed: NeededPackages, env: NodeJS.ProcessEnv): string[] {
  return Object.entries(needed)
    .filter(([, executable]) => locate(executable, env) === undefined)
    .map(([name]) => name);
}

/** Install what is missing with apt-get. Throws an error that names what to install where that cannot be. */
export async function provideDebianPackages(
  needed: NeededPackages,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const missing = missingPackages(needed, env);
  if (missing.length === 0) return;
  const wanted = `missing on this machine: ${missing.join(', ')} (Debian packages)`;
  if (process.getuid?.() !== 0) throw new Error(`${wanted}; install them, or run this as root`);
  if (findOnPath('apt-get', env) === undefined) throw new Error(`${wanted}; no apt-get here`);
  await step(`Installing ${missing.join(', ')}`, async () => {
    await runCommand('apt-get', ['update'], { env, timeoutMs: installLimitMs });
    const args = ['install', '--yes', '--no-install-recommends', ...missing];
    const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
    const { code, output } = await runCommand('apt-get', args, {
      env: quiet,
      timeoutMs: installLimitMs,
    });
    if (code !== 0) throw new Error(`${wanted}; apt-get could not install them:\n${output}`);
  });
}

/** Path of an executable, looked for where the system's own are as well. */
export function locate(executable: string, env: NodeJS.ProcessEnv): string | undefined {
  if (executable.startsWith('/')) return isExecutable(executable) ? executable : undefined;
  const places = [env.PATH ?? '', '/usr/sbin', '/sbin'].join(':');
  return findOnPath(executable, { PATH: places });
}
