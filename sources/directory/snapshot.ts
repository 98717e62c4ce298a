import { Refusal } from '../../core/refusal.ts';
import { refText } from '../resource-name.ts';
import type { Entry, FileContent } from './entry.ts';
import { entryKey } from './entry.ts';
import type { Folder } from './tree.ts';

/** The content of the whole directory at one time. */
export interface Snapshot {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly files: ReadonlyMap<string, ScannedFile>;
  readonly folders: readonly Folder[];
  readonly problems: readonly Refusal[];
  /** Files that could not be read. While there are any, a resource that is not in `entries` may still exist. */
  readonly unreadable: readonly Refusal[];
}

export interface ScannedFile extends FileContent {
  /** Undefined if the file could not be read. */
  readonly signature: string | undefined;
}

/** Joins the files in the order of their names. If two documents have the same name, the first one counts. */
export function joinFiles(
  files: ReadonlyMap<string, ScannedFile>,
): Pick<Snapshot, 'entries' | 'problems'> {
  const entries = new Map<string, Entry>();
  const problems: Refusal[] = [];
  for (const file of files.values()) {
    for (const problem of file.problems) problems.push(problem);
    for (const entry of file.entries) {
      const key = entryKey(entry.kind, entry.ref);
      const first = entries.get(key);
      if (first === undefined) entries.set(key, entry);
      else problems.push(duplicate(first, entry));
    }
  }
  return { entries, problems };
}

function duplicate(first: Entry, second: Entry): Refusal {
  const name = `${first.kind === 'policy' ? 'PostgresPolicy' : 'Secret'} ${refText(first.ref)}`;
  const message = `${second.where} declares ${name}, which ${first.where} already does`;
  return new Refusal(
    'InvalidSpec',
    message,
    `Rename or remove one of them: pgwarden uses ${first.where}.`,
  );
}
