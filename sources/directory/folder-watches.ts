import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import type { Folder } from './tree.ts';

/** Watches each folder of the last call and calls back when anything happens in one. */
export interface FolderWatches {
  readonly keep: (folders: readonly Folder[]) => void;
  readonly close: () => void;
}

/**
 * A watch is only a hint: if the system has no watches left, or someone edits a file behind a symbolic link, no event
 * comes, and the regular check finds the change.
 */
export function folderWatches(onHint: () => void): FolderWatches {
  const watches = new Map<string, FSWatcher>();
  const drop = (key: string) => {
    watches.get(key)?.close();
    watches.delete(key);
  };
  return {
    keep(folders) {
      const wanted = new Map(folders.map(({ path, identity }) => [`${identity} ${path}`, path]));
      for (const key of [...watches.keys()].filter((each) => !wanted.has(each))) drop(key);
      for (const [key, path] of wanted) {
        if (watches.has(key)) continue;
        const created = tryWatch(path, onHint);
        if (created === undefined) continue;
        watches.set(
          key,
          created.on('error', () => {
            drop(key);
          }),
        );
      }
    },
    close() {
      for (const key of [...watches.keys()]) drop(key);
    },
  };
}

function tryWatch(path: string, onHint: () => void): FSWatcher | undefined {
  try {
    return watch(path, onHint);
  } catch {
    return undefined;
  }
}
