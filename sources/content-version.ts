import { createHmac } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** Returns the version of a Secret with this content. */
export type ContentVersion = (data: ReadonlyMap<string, Buffer>) => Promise<string>;

/**
 * Versions of Secrets: a keyed hash (HMAC-SHA256) of the content, 16 hex digits.
 *
 * A version is stored in workflow history, where a plain hash would allow anyone to check guesses of a password. The
 * key must be the same for all processes and after a restart: a new key changes all versions, which costs every policy
 * one full check. `readKey` is called once, and again after it failed.
 */
export function contentVersions(readKey: () => Promise<string>): ContentVersion {
  let key: Promise<string> | undefined;
  return async (data) => {
    key ??= readKey().catch((error: unknown) => {
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
