import { setTimeout as sleep } from 'node:timers/promises';
import { fileSignature } from './file-signature.ts';
import { readText } from './read-text.ts';

export interface SettledFile {
  readonly signature: string;
  readonly text: string;
}

const quietMs = 50;
const attempts = 40;

/**
 * Reads a file when nobody has written to it for 50 ms. Half a policy is a policy with fewer grants, so a file that an
 * editor or a copy is still writing must not be read. Also, a write within the clock tick of the file system after our
 * read would not change the signature.
 *
 * Undefined if the file does not exist. Throws if it cannot be read, or is written continuously for 2 s.
 */
export async function readSettled(path: string): Promise<SettledFile | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = await fileSignature(path);
    if (before === undefined) return undefined;
    // a time in the future comes from another machine's clock: then only the second check decides
    if (before.ageMs < quietMs) await sleep(quietMs);
    if ((await fileSignature(path))?.text !== before.text) continue;
    const text = await readText(path);
    const after = await fileSignature(path);
    if (text !== undefined && after?.text === before.text) return { signature: before.text, text };
  }
  throw new Error('the file is being written continuously');
}
