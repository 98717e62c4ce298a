import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A worker or a watcher from `dist`. Its output goes to this process's output. */
export function runProcess(
  part: 'worker' | 'watcher',
  env: Readonly<Record<string, string | undefined>>,
): ChildProcess {
  const flag = `--max-semi-space-size=${part === 'watcher' ? '2' : '4'}`;
  return spawn(process.execPath, [flag, `dist/${part}/main.js`], {
    env: { ...memoryOfImage, ...env },
    stdio: 'inherit',
  });
}

/** The environment of the image, which is in the Dockerfile. The flags of Node.js are those of the chart. */
const memoryOfImage = Object.fromEntries(
  readFileSync('Dockerfile', 'utf8')
    .match(/MALLOC_\w+=\d+/g)
    ?.map((setting) => setting.split('=')) ?? [],
) as Readonly<Record<string, string>>;

export async function stopProcess(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export function residentMegabytes(pid = 0): number {
  const pages = Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1_000_000;
}

/** User and system time of a process. Linux counts it in hundredths of a second. */
export function cpuSeconds(pid = 0): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks repeatedly until there is an answer. A time that is measured like this is exact to `everyMs`. */
export async function until<T>(ask: () => Promise<T | undefined>, everyMs: number): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(everyMs);
  }
}
