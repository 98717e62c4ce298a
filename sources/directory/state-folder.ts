import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { appendFile, link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './file-signature.ts';

/** The folder for files that pgwarden writes itself. Only its user may read it. */
export interface StateFolder {
  readonly path: string;
  /** Replaces a file atomically, so that no reader sees half of it. `name` is relative to the folder. */
  replace(name: string, text: string): Promise<void>;
  /** Creates a file atomically and durably. False if a file with that name exists already. */
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
        await file.sync(); // durable before use: this file is the only record of the password
        return linkUnlessThere(temporary, full);
      });
    },
    async append(name, text) {
      await appendFile(await place(name), text, { mode: privateFile });
    },
  };
}

/** Keeps passwords and statuses from being committed by accident. */
async function ignoreInGit(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: privateFolder });
  try {
    await writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx', mode: privateFile });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** The temporary file's name begins with a dot, so that readers ignore it. */
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

/** Uses a link, because it fails if the name is taken. */
async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
