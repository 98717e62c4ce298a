import { readdir, readFile } from 'node:fs/promises';
import { commandLine } from '../../embedded/pid.ts';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of this machine, from `/proc`. */
export async function processes(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
      return { pid, parent, command: await commandLine(pid) };
    }),
  );
}
