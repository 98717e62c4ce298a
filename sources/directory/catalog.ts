import { join } from 'node:path';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Entry } from './entry.ts';
import { entryKey, readEntries, troubledEntry } from './entry.ts';
import { readingHint } from '../utf8-text.ts';
import { errorCode, fileSignature } from './file-signature.ts';
import { mapLimited } from '../../core/map-limited.ts';
import { readSettled } from './settled-file.ts';
import { sharedRun } from './shared-run.ts';
import type { ScannedFile, Snapshot } from './snapshot.ts';
import { joinFiles } from './snapshot.ts';
import { yamlTree } from './tree.ts';

/** The policies and Secrets of a directory, parsed once and cached while their files do not change. */
export interface Catalog {
  /**
   * The current content for one name. It costs one stat while nothing changes. If an earlier file now declares the same
   * name, that is noticed only after `trustMs`; everything else is noticed at once.
   */
  find<K extends Entry['kind']>(kind: K, ref: ResourceRef): Promise<Find<K>>;
  /** Checks every file and parses those that changed. Throws Refusal `PolicyUnreadable` without a directory. */
  scan(): Promise<Snapshot>;
}

interface Find<K extends Entry['kind']> {
  readonly entry: Extract<Entry, { readonly kind: K }> | undefined;
  /** Why the resource may exist although it was not found. */
  readonly doubt: Refusal | undefined;
}

const trustMs = 5_000;
const filesAtOnce = 32;

/** `excluded` is the real path of a folder below the directory that is not read. */
export function directoryCatalog(directory: string, excluded: () => Promise<string>): Catalog {
  let latest: { readonly snapshot: Snapshot; readonly at: number } | undefined;
  const scan = sharedRun(async () => {
    const at = performance.now();
    const snapshot = await scanDirectory(directory, await excluded(), latest?.snapshot);
    latest = { snapshot, at };
    return snapshot;
  });
  return {
    scan,
    async find(kind, ref) {
      const key = entryKey(kind, ref);
      const known = latest?.snapshot;
      const trusted = latest !== undefined && performance.now() - latest.at < trustMs;
      const current = known !== undefined && trusted && (await isCurrent(directory, known, key));
      const { entries, unreadable } = current ? known : await scan();
      const entry = entries.get(key);
      return { entry: isKind(entry, kind) ? entry : undefined, doubt: unreadable[0] };
    },
  };
}

function isKind<K extends Entry['kind']>(
  entry: Entry | undefined,
  kind: K,
): entry is Extract<Entry, { readonly kind: K }> {
  return entry?.kind === kind;
}

async function isCurrent(directory: string, snapshot: Snapshot, key: string): Promise<boolean> {
  const file = snapshot.entries.get(key)?.file;
  if (file === undefined) return false;
  const known = snapshot.files.get(file)?.signature;
  const now = await fileSignature(join(directory, file)).catch(() => undefined);
  return known !== undefined && now?.text === known;
}

async function scanDirectory(
  directory: string,
  excluded: string,
  before: Snapshot | undefined,
): Promise<Snapshot> {
  const tree = await yamlTree(directory, excluded).catch((error: unknown) => {
    throw unreadable(directory, error);
  });
  const scanned = await mapLimited(tree.files, filesAtOnce, async (file) => {
    const content = await scanFile(directory, file, before?.files.get(file));
    return content === undefined ? [] : [[file, content] as const];
  });
  const files = new Map(scanned.flat());
  const folderProblems = tree.unreadable.map(({ path, error }) => unreadable(path, error));
  const joined = joinFiles(files);
  return {
    ...joined,
    files,
    folders: tree.folders,
    problems: [...folderProblems, ...joined.problems],
    unreadable: [...folderProblems, ...unreadableFiles(files)],
  };
}

function unreadableFiles(files: ReadonlyMap<string, ScannedFile>): readonly Refusal[] {
  return [...files.values()].flatMap(({ signature, problems }) =>
    signature === undefined ? problems : [],
  );
}

/** Undefined if the file was deleted after it was listed. */
async function scanFile(
  directory: string,
  file: string,
  before: ScannedFile | undefined,
): Promise<ScannedFile | undefined> {
  try {
    const path = join(directory, file);
    const now = await fileSignature(path);
    if (before?.signature !== undefined && now?.text === before.signature) return before;
    const settled = await readSettled(path);
    if (settled === undefined) return undefined;
    const content = await readEntries(settled.text, file);
    return keepTroubled(before, { ...content, signature: settled.signature });
  } catch (error) {
    const problems = [unreadable(file, error)];
    return keepTroubled(before, { entries: [], problems, signature: undefined });
  }
}

/** While part of a file cannot be read, entries that it had before count as unreadable, not as deleted. */
function keepTroubled(before: ScannedFile | undefined, after: ScannedFile): ScannedFile {
  const [trouble] = after.problems;
  if (before === undefined || trouble === undefined) return after;
  const names = new Set(after.entries.map(({ kind, ref }) => entryKey(kind, ref)));
  const lost = before.entries.filter(({ kind, ref }) => !names.has(entryKey(kind, ref)));
  return {
    ...after,
    entries: [...after.entries, ...lost.map((entry) => troubledEntry(entry, trouble))],
  };
}

function unreadable(path: string, error: unknown): Refusal {
  const reason = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
  const message = `${path} cannot be read: ${reason}`;
  return new Refusal('PolicyUnreadable', message, readingHint(errorCode(error)));
}
