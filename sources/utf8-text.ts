import { readFile } from 'node:fs/promises';

/** What bytes say as UTF-8; undefined where they are something else, so that no name changes by being read. */
export function utf8Text(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** A file's text. Throws an error whose `code` says why it cannot be read: a system error's, or `NOT_UTF8`. */
export async function readUtf8File(path: string): Promise<string> {
  const text = utf8Text(await readFile(path));
  if (text === undefined) throw new NotUtf8();
  return text;
}

/** Has a code as system errors do, so that messages name it in the same way. */
export class NotUtf8 extends Error {
  readonly code = 'NOT_UTF8';
  constructor() {
    super('the text is not UTF-8');
  }
}

/** What to do about a file that cannot be read. */
export function readingHint(code: string | undefined): string {
  return code === 'NOT_UTF8'
    ? 'Save the file as UTF-8.'
    : 'Make it readable for the user pgwarden runs as.';
}
