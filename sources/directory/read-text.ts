import { readFile } from 'node:fs/promises';
import { isAbsent } from './file-signature.ts';

/** A file's text; undefined when there is no such file. Throws when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
