import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The YAML files below a folder, and the folders where new ones could appear. */
export interface Tree {
  /** Paths below the root, in order. */
  readonly files: readonly string[];
  readonly folders: readonly Folder[];
  readonly unreadable: readonly UnreadableFolder[];
}

export interface Folder {
  readonly path: string;
  /** Changes when the folder is deleted and created again. */
  readonly identity: string;
}

interface UnreadableFolder {
  readonly path: string;
  readonly error: unknown;
}

/**
 * Lists *.yaml and *.yml below `root`, except names that begin with a dot, node_modules and `excluded`.
 *
 * It follows symbolic links, because a mounted ConfigMap consists of them. Throws if `root` cannot be read.
 */
export async function yamlTree(root: string, excluded: string): Promise<Tree> {
  const files: string[] = [];
  const folders: Folder[] = [];
  const unreadable: UnreadableFolder[] = [];
  const visit = async (below: string, ancestors: readonly string[]): Promise<void> => {
    const path = join(root, below);
    const real = await realpath(path);
    if (real === excluded || ancestors.includes(real)) return;
    const { dev, ino } = await stat(path);
    const entries = await readdir(path, { withFileTypes: true });
    folders.push({ path, identity: `${dev}:${ino}` });
    for (const entry of entries.filter(isWanted)) {
      const name = join(below, entry.name);
      const isFolder = await leadsToFolder(entry, join(root, name));
      if (!isFolder && isYaml(entry.name)) files.push(name);
      if (!isFolder) continue;
      await visit(name, [...ancestors, real]).catch((error: unknown) => {
        unreadable.push({ path: name, error });
      });
    }
  };
  await visit('', []);
  return { files: files.sort(), folders, unreadable };
}

function isWanted({ name }: Dirent): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

async function leadsToFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(path).catch(() => undefined);
  return target?.isDirectory() ?? false;
}
