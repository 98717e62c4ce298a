import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../core/refusal.ts';

/**
 * A folder with keys, such as a mounted Secret: a file for each, with 32 bytes in base64. The name of the file is the ID of
 * the key, and the key whose name is last encrypts.
 */

/** A key from which keys of AES-256 are derived. */
export interface EncryptionKey {
  readonly id: string;
  readonly secret: KeyObject;
  /** Differs for another key of the same name. */
  readonly fingerprint: string;
}

export interface Known {
  readonly keys: ReadonlyMap<string, EncryptionKey>;
  /** The key that encrypts. */
  readonly current: EncryptionKey | undefined;
}

/** A file with this ending has a key that decrypts and does not encrypt. */
export const onlyReading = '.read';

const keyBytes = 32;
const mostKeys = 100;

/** All keys of the folder. Throws Refusal `EncryptionKeyInvalid`. */
export function readKeys(folder: string): Known {
  const keys = new Map<string, EncryptionKey>();
  let current: EncryptionKey | undefined;
  for (const file of filesIn(folder)) {
    const key = readKey(folder, file);
    // Otherwise the one of them could encrypt, and the other one decrypt.
    if (keys.has(key.id))
      throw invalid(`folder ${folder} has ${key.id} and ${key.id}${onlyReading}`);
    keys.set(key.id, key);
    if (!file.endsWith(onlyReading)) current = key;
  }
  return { keys, current };
}

export function isKeyId(text: string): boolean {
  return /^[\w.-]{1,63}$/.test(text);
}

/** Sorted by character codes, so that the last one is the newest if names are dates. Kubernetes adds hidden files of its own. */
function filesIn(folder: string): readonly string[] {
  const files = fromDisk(folder, () =>
    readdirSync(folder)
      .filter((name) => !name.startsWith('.') && statSync(join(folder, name)).isFile())
      .sort(),
  );
  if (files.length === 0) throw invalid(`folder ${folder} has no key`);
  if (files.length > mostKeys)
    throw invalid(`folder ${folder} has more than ${String(mostKeys)} files`);
  return files;
}

function readKey(folder: string, file: string): EncryptionKey {
  const id = file.endsWith(onlyReading) ? file.slice(0, -onlyReading.length) : file;
  if (!isKeyId(id))
    throw invalid(`the name of key ${JSON.stringify(file.slice(0, 80))} is not usable`);
  const text = fromDisk(join(folder, file), () => readFileSync(join(folder, file), 'utf8')).trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== keyBytes || bytes.toString('base64') !== text)
    throw invalid(`key ${file} in folder ${folder} is not ${String(keyBytes)} bytes in base64`);
  const fingerprint = createHash('sha256').update(id).update('\0').update(bytes).digest('hex');
  return { id, secret: createSecretKey(bytes), fingerprint };
}

function fromDisk<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(`${path} cannot be read: ${String(codeOf(error))}`);
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}

function invalid(message: string): Refusal {
  const hint =
    'Make a key with `openssl rand -base64 32`. Its file has the name of the key: letters, digits, dots, dashes and underscores.';
  return new Refusal('EncryptionKeyInvalid', message, hint);
}
