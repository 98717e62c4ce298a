import { readUtf8File } from '../utf8-text.ts';
import { isAbsent } from './file-signature.ts';

/** The text of a file; undefined if it does not exist. Throws if it cannot be read or is not UTF-8. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readUtf8File(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
