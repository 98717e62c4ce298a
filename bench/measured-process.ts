import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The resources that a finished process used. */
export interface Measured {
  readonly ms: number;
  /** Largest resident memory in MB, according to Linux, read every 10 ms. */
  readonly peakMb: number;
  readonly status: number | null;
}

/** Runs a command to its end and discards its output. Throws when its exit status is not in `expected`. */
export async function measureProcess(
  command: readonly [string, ...string[]],
  expected: readonly number[],
): Promise<Measured> {
  const [file, ...args] = command;
  const started = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let peakMb = 0;
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const timer = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), 10);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(timer);
  if (status === null || !expected.includes(status))
    throw new Error(
      `${command.join(' ')} ended with ${String(status)}: ${complaint.slice(0, 2000)}`,
    );
  return { ms: performance.now() - started, peakMb, status };
}

/** VmHWM, which only grows. 0 if the file does not exist. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
