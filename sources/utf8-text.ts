import { readFile } from 'node:fs/promises';

/** Decodes bytes as UTF-8; undefined if they are not, so that reading never changes a name. */
export function utf8Text(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** The text of a file. Throws an error with a `code`: that of a system error, or `NOT_UTF8`. */
export async function readUtf8File(path: string): Promise<string> {
  const text = utf8Text(await readFile(path));
  if (text === undefined) throw new NotUtf8();
  return text;
}

/** Has a code like system errors, so that messages show it in the same way. */
export class NotUtf8 extends Error {
  readonly code = 'NOT_UTF8';
  constructor() {
    super('the text is not UTF-8');
  }
}

/** A hint for a file that cannot be read. */
export function readingHint(code: string | undefined): string {
  return code === 'NOT_UTF8'
    ? 'Save the file as UTF-8.'
    : 'Make the file readable for the user that runs pgwarden.';
}
