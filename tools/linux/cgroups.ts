import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const mount = '/sys/fs/cgroup';

/** Removes a top-level control group and its children, of every controller. Groups with processes stay. */
export async function removeCgroup(name: string): Promise<void> {
  const controllers = await folders(mount);
  for (const place of [mount, ...controllers.map((controller) => join(mount, controller))]) {
    await removeTree(join(place, name));
  }
}

async function removeTree(group: string): Promise<void> {
  for (const name of await folders(group)) await removeTree(join(group, name));
  await rmdir(group).catch(() => undefined);
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
