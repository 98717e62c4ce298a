import { spawn, type SpawnOptions } from 'node:child_process';

interface CommandOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** Time limit. The command is killed after it, and `code` is undefined. */
  readonly timeoutMs?: number;
  /** Called with each line of output, for progress. */
  readonly onLine?: (line: string) => void;
}

interface CommandResult {
  /** Exit code; undefined if the command could not start or was killed. */
  readonly code: number | undefined;
  /** The last part of stdout and stderr together, for error messages. */
  readonly output: string;
}

const keptOutput = 8_192;

/** Runs a program without a shell until it ends. Never rejects: a program that cannot start is a result. */
export function runCommand(
  file: string,
  args: readonly string[],
  { timeoutMs, onLine, ...options }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let output = '';
    const keep = (chunk: Buffer) => {
      const text = chunk.toString();
      output = (output + text).slice(-keptOutput);
      for (const line of text.split('\n')) if (line.trim() !== '') onLine?.(line.trim());
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (code: number | undefined, reason: string) => {
      clearTimeout(timer);
      resolve({ code, output: `${output}${reason}`.trim() });
    };
    child.on('error', (error) => {
      end(undefined, error.message);
    });
    child.on('close', (code, signal) => {
      end(code ?? undefined, signal === null ? '' : `\nended by ${signal}`);
    });
  });
}
