import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './command.ts';
import { isSystemError } from './system-error.ts';

export function isAlive(pid: number): boolean {
  return sendSignal(pid, 0);
}

/** Whether the process existed. A process of another user counts as existing. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return isSystemError(error, 'EPERM');
  }
}

/** Sends a signal to a process, waits, and kills it if it has not ended within `graceMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, graceMs: number) {
  const deadline = Date.now() + graceMs;
  sendSignal(pid, signal);
  while (isAlive(pid) && Date.now() < deadline) await sleep(50);
  if (isAlive(pid)) sendSignal(pid, 'SIGKILL');
}

/** The command line of a process, to recognize a later process with the same id. */
export async function commandLine(pid: number): Promise<string> {
  const proc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (proc !== undefined) return proc.replaceAll('\0', ' ');
  const ps = await runCommand('ps', ['-o', 'args=', '-p', String(pid)]);
  return ps.code === 0 ? ps.output : '';
}
