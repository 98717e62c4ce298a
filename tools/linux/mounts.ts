import { readFile } from 'node:fs/promises';
import { system } from './system.ts';

/** Unmounts everything at or below `folder`, innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await system('umount', '--lazy', point);
}
