import { runCommand } from '../../embedded/command.ts';
import { locate } from '../../embedded/debian-packages.ts';

/** The environment of commands that configure the machine. Its PATH contains the system's executables. */
export const systemEnv: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':'),
};

const limitMs = 60_000;

/** Runs a program of the system and returns its output. Throws an error with the output when it fails. */
export async function system(name: string, ...args: readonly string[]): Promise<string> {
  const file = locate(name, systemEnv) ?? name;
  const { code, output } = await runCommand(file, args, { env: systemEnv, timeoutMs: limitMs });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} failed:\n${output}`);
  return output;
}

/** The same for programs whose failure means that there was nothing to do. */
export async function systemAttempt(name: string, ...args: readonly string[]): Promise<string> {
  return system(name, ...args).catch(() => '');
}
