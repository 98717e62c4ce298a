import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from './canonical-json.ts';
import { isAbsent } from './file-signature.ts';
import type { StateFolder } from './state-folder.ts';

/** The version of a Secret with that content. */
export type ContentVersion = (data: ReadonlyMap<string, Buffer>) => Promise<string>;

const keyFile = 'version-key';

/**
 * Versions of Secrets in files: a keyed hash (HMAC-SHA256) of the content.
 *
 * A version ends up in workflow history, where a bare hash would let anybody check guesses of a password. The
 * random key is in the state folder, which those who read it could read the passwords from anyway. It is made
 * once and shared by all processes, so a version is the same after a restart, and does not change when the file
 * is only touched or another document of it is edited. With a new key all versions change, which costs every
 * policy one full check.
 */
export function contentVersions(state: StateFolder): ContentVersion {
  let key: Promise<string> | undefined;
  return async (data) => {
    key ??= versionKey(state).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    const content = Object.fromEntries(
      [...data].map(([name, bytes]) => [name, bytes.toString('base64')]),
    );
    return createHmac('sha256', await key)
      .update(canonicalJson(content))
      .digest('hex')
      .slice(0, 16);
  };
}

async function versionKey(state: StateFolder): Promise<string> {
  const path = join(state.path, keyFile);
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (known !== undefined) return known;
  await state.create(keyFile, randomBytes(32).toString('hex'));
  return readFile(path, 'utf8'); // another process may have been first
}
