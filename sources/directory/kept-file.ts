import { fileSignature } from './file-signature.ts';
import { readText } from './read-text.ts';

/**
 * Reads and decodes a file that is always replaced as a whole, and caches the result while the file is the same.
 * Undefined if it does not exist.
 */
export type ReadKept<T> = (path: string) => Promise<T | undefined>;

export function keptFiles<T>(decode: (text: string, path: string) => T): ReadKept<T> {
  const kept = new Map<string, { readonly signature: string; readonly value: T }>();
  return async (path) => {
    const signature = (await fileSignature(path))?.text;
    const known = kept.get(path);
    if (known !== undefined && known.signature === signature) return known.value;
    kept.delete(path);
    const text = signature === undefined ? undefined : await readText(path);
    if (signature === undefined || text === undefined) return undefined;
    const value = decode(text, path);
    kept.set(path, { signature, value });
    return value;
  };
}
