import { runCommand } from './command.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { step } from './progress.ts';

const installLimitMs = 600_000;

/** Debian packages, each with an executable that it contains, by name or path. */
type NeededPackages = Readonly<Record<string, string>>;

/** The packages in `needed` whose executable is missing. */
function missingPackages(needed: NeededPackages, env: NodeJS.ProcessEnv): string[] {
  return Object.entries(needed)
    .filter(([, executable]) => locate(executable, env) === undefined)
    .map(([name]) => name);
}

/** Installs missing packages with apt-get. Throws an error that names the packages if this is not possible. */
export async function provideDebianPackages(
  needed: NeededPackages,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const missing = missingPackages(needed, env);
  if (missing.length === 0) return;
  const wanted = `missing on this machine: ${missing.join(', ')} (Debian packages)`;
  if (process.getuid?.() !== 0)
    throw new Error(`${wanted}; install them, or run this command as root`);
  if (findOnPath('apt-get', env) === undefined) throw new Error(`${wanted}; apt-get was not found`);
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

/** The path of an executable. Also searches the directories of system executables. */
export function locate(executable: string, env: NodeJS.ProcessEnv): string | undefined {
  if (executable.startsWith('/')) return isExecutable(executable) ? executable : undefined;
  const places = [env.PATH ?? '', '/usr/sbin', '/sbin'].join(':');
  return findOnPath(executable, { PATH: places });
}
