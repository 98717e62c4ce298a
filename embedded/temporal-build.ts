import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../core/refusal.ts';
import { cacheDir } from './cache.ts';
import { runCommand } from './command.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { installOnce } from './install-once.ts';
import { step } from './progress.ts';

/** The server in `temporal-server/go.mod`. A test compares the two. */
const serverVersion = '1.32.2';

/** Where Go builds Temporal's server to. The name changes with the version and with the source. */
export function builtTemporal(env: NodeJS.ProcessEnv): string {
  return join(cacheDir(env), 'bin', `temporal-${serverVersion}-${fingerprint(moduleFolder())}`);
}

/**
 * Builds Temporal's server from the Go module in `temporal-server/`, and returns the path of the executable.
 *
 * It takes minutes once. Undefined if there is no Go. Throws a `TemporalUnavailable` refusal with Go's message.
 */
export async function buildTemporal(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const target = builtTemporal(env);
  if (isExecutable(target)) return target;
  const go = findOnPath('go', env);
  if (go === undefined) return undefined;
  await step(`Building Temporal ${serverVersion} with Go, takes minutes once`, (report) =>
    installOnce(target, async (workDir) => {
      const output = join(workDir, 'temporal');
      const command = await buildCommand(go, workDir, output, env);
      const result = await runCommand(go, command.args, { ...command, env, onLine: report });
      if (result.code !== 0) throw buildFailed(`go ${command.args.join(' ')}`, result.output);
      return output;
    }),
  );
  return target;
}

interface BuildCommand {
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A Go that is a few patch releases too old can build copies of the modules that ask for a newer one. */
async function buildCommand(
  go: string,
  workDir: string,
  output: string,
  env: NodeJS.ProcessEnv,
): Promise<BuildCommand> {
  const folder = moduleFolder();
  const { code } = await runCommand(go, ['list', '-m'], { cwd: folder, env });
  if (code === 0) {
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
    return { args: ['build', ...flags, '-o', output, '.'], cwd: folder };
  }
  const program = join(folder, 'with-older-go', 'main.go');
  return { args: ['run', program, folder, output], cwd: workDir };
}

function buildFailed(command: string, output: string): Refusal {
  return new Refusal(
    'TemporalUnavailable',
    `${command} failed: ${output.split('\n').at(-1) ?? ''}`,
    'Set TEMPORAL_ADDRESS to a running server or TEMPORAL_CLI to the Temporal CLI.',
    output.split('\n'),
  );
}

/** The compiled file is in another folder than the Go module. */
function moduleFolder(): string {
  const here = fileURLToPath(new URL('temporal-server', import.meta.url));
  return existsSync(here)
    ? here
    : fileURLToPath(new URL('../../embedded/temporal-server', import.meta.url));
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) {
    if (!/^go\.(mod|sum)$|\.go$/.test(name)) continue;
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 8);
}
