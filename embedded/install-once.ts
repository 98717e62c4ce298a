import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './pid.ts';
import { isSystemError } from './system-error.ts';

/**
 * Creates `target` (a file or directory in the cache) with `build`, unless it exists.
 *
 * `build` fills a temporary directory and returns the path to rename to `target`, so that an interrupted build leaves
 * no incomplete target. A second process waits for the first.
 * Throws the errors of `build` and of the file system.
 */
export async function installOnce(
  target: string,
  build: (workDir: string) => Promise<string>,
): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const lock = `${target}.lock`;
  while (!(await takeLock(lock))) await sleep(500);
  const workDir = `${target}.unfinished`;
  try {
    if (existsSync(target)) return;
    await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir);
    await rename(await build(workDir), target);
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await rm(lock, { force: true });
  }
}

/** The lock is a file with the process id of its holder. The next process takes over a lock whose holder has ended. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
    return false;
  }
}
