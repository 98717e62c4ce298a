import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default: the program as this checkout built it. */
  readonly program?: Program;
  readonly input?: string | Buffer;
}

/** An executable with its first arguments. */
export type Program = readonly [string, ...string[]];

export const cliPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Runs the built program without environment variables of ours that change its behavior. */
export function startCli(
  args: readonly string[],
  { env = {}, cwd, program = [process.execPath, cliPath] }: CliOptions = {},
): ChildProcess {
  const [file, ...first] = program;
  return spawn(file, [...first, ...args], {
    env: { ...cleanEnvironment(), ...env },
    cwd,
  });
}

export async function runCli(
  args: readonly string[],
  { input = '', ...options }: CliOptions = {},
): Promise<CliResult> {
  const child = startCli(args, options);
  child.stdin?.end(input);
  return resultOf(child);
}

/** The output of a program after it has ended. */
export function resultOf(child: ChildProcess): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** The last two lines of stderr: the hint and the error. */
export function lastWords({ stderr }: CliResult): readonly string[] {
  return stderr.trimEnd().split('\n').slice(-2);
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const decides = /^(TEMPORAL_(?!CLI$)|PGWARDEN_|DATABASE_URL$|FORCE_COLOR$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !decides.test(name)));
}
