import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './file-signature.ts';
import type { StateFolder } from './state-folder.ts';

const keyFile = 'version-key';

/** The key for versions of Secrets: random, created once, in a folder whose readers could read the passwords anyway. */
export async function versionKey(state: StateFolder): Promise<string> {
  const path = join(state.path, keyFile);
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (known !== undefined) return known;
  await state.create(keyFile, randomBytes(32).toString('hex'));
  return readFile(path, 'utf8'); // another process may have been first
}
