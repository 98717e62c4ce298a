import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { appendFile, link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './file-signature.ts';

/** The folder of what pgwarden itself writes beside a directory of policies. For its user's eyes only. */
export interface StateFolder {
  readonly path: string;
  /** Replaces a file as one step, so that no reader ever sees half of it. `name` is below the folder. */
  replace(name: string, text: string): Promise<void>;
  /** Creates a file as one step and durably. False when there is one of that name already. */
  create(name: string, text: string): Promise<boolean>;
  append(name: string, text: string): Promise<void>;
}

const privateFile = 0o600;
const privateFolder = 0o700;

export function stateFolder(path: string): StateFolder {
  let prepared: Promise<void> | undefined;
  const place = async (name: string) => {
    prepared ??= ignoreInGit(path);
    await prepared;
    const full = join(path, name);
    await mkdir(dirname(full), { recursive: true, mode: privateFolder });
    return full;
  };
  return {
    path,
    async replace(name, text) {
      const full = await place(name);
      await withTemporary(full, text, (temporary) => rename(temporary, full));
    },
    async create(name, text) {
      const full = await place(name);
      return withTemporary(full, text, async (temporary, file) => {
        await file.sync(); // a password must not outlive its only record
        return linkUnlessThere(temporary, full);
      });
    },
    async append(name, text) {
      await appendFile(await place(name), text, { mode: privateFile });
    },
  };
}

/** Passwords and statuses are never to be committed by accident. */
async function ignoreInGit(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: privateFolder });
  try {
    await writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx', mode: privateFile });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** The temporary file's name begins with a dot, so that nobody takes it for a finished one. */
async function withTemporary<T>(
  full: string,
  text: string,
  use: (temporary: string, file: FileHandle) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(full), `.${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', privateFile);
  try {
    await file.writeFile(text);
    return await use(temporary, file);
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}

/** A link is the one way to give a finished file a name only if the name is free. */
async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
