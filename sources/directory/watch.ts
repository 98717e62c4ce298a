import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceChange } from '../source.ts';
import { folderWatches } from './folder-watches.ts';
import type { Folder } from './tree.ts';

/** Every resource with its version, and the folders to watch. */
export interface Inventory {
  /** By kind and name. */
  readonly versions: ReadonlyMap<string, VersionedChange>;
  readonly folders: readonly Folder[];
}

export interface VersionedChange {
  readonly version: string;
  readonly change: SourceChange;
}

const lookEveryMs = 2_000;
const debounceMs = 10;

/**
 * Takes the inventory whenever the file system reports a change, and every 2 s in any case. It calls back for each name
 * that appeared, disappeared or has another version. So it does not matter how a change was made: in place, by rename,
 * by a swapped symbolic link, or by a new directory with the same name.
 *
 * While `take` fails, for example without the directory, nothing is reported: what cannot be read is not deleted.
 */
export async function watchInventory(
  take: () => Promise<Inventory>,
  onChange: (change: SourceChange) => void,
  signal: AbortSignal,
): Promise<void> {
  const hints = hintFlag(signal);
  const watches = folderWatches(hints.raise);
  let before = await take().catch(() => undefined);
  watches.keep(before?.folders ?? []);
  const look = async () => {
    if (signal.aborted) return;
    const after = await take().catch(() => undefined);
    if (after === undefined) return;
    watches.keep(after.folders);
    for (const change of changesBetween(before, after)) onChange(change);
    before = after;
  };
  void lookUntilAborted(hints, look, signal).finally(watches.close);
}

async function lookUntilAborted(hints: HintFlag, look: () => Promise<void>, signal: AbortSignal) {
  while (!signal.aborted) {
    await hints.raised(lookEveryMs);
    await sleep(debounceMs);
    hints.lower();
    await look();
  }
}

function changesBetween(before: Inventory | undefined, after: Inventory): readonly SourceChange[] {
  const old = before?.versions ?? new Map<string, VersionedChange>();
  const changed = [...after.versions].filter(
    ([key, { version }]) => old.get(key)?.version !== version,
  );
  const gone = [...old].filter(([key]) => !after.versions.has(key));
  return [...changed, ...gone].map(([, { change }]) => change);
}

interface HintFlag {
  readonly raise: () => void;
  readonly lower: () => void;
  /** Resolves when the flag is set, the signal has aborted, or the time has passed. */
  readonly raised: (timeoutMs: number) => Promise<void>;
}

function hintFlag(signal: AbortSignal): HintFlag {
  let up = false;
  let wake: (() => void) | undefined;
  const raise = () => {
    up = true;
    wake?.();
  };
  signal.addEventListener('abort', raise, { once: true });
  return {
    raise,
    lower() {
      up = false;
    },
    raised: (timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (up) wake();
      }),
  };
}
