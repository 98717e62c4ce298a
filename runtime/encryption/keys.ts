import { createSecretKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../core/refusal.ts';

/** A key of AES-256. */
export interface EncryptionKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** Keys in a folder, such as a mounted Secret: a file for each, with 32 bytes in base64. The name is the ID. */
export interface EncryptionKeys {
  /** The key that encrypts. Undefined if all are only for reading. Throws Refusal. */
  current(): EncryptionKey | undefined;
  /** Waits a few seconds for a key that is not there yet. Throws Refusal. */
  find(id: string): Promise<EncryptionKey>;
}

/** A file with this ending has a key that decrypts and does not encrypt. */
const onlyReading = '.read';

const keyBytes = 32;
const mostKeys = 100;
/** Kubernetes updates a mounted Secret about once a minute. */
const freshForMs = 10_000;
const findRounds = 5;
const betweenRoundsMs = 1_000;

interface Known {
  readonly keys: ReadonlyMap<string, EncryptionKey>;
  readonly current: EncryptionKey | undefined;
}

/**
 * Reads the folder now, and again when it may have changed, so that a new key needs no restart. A folder that became
 * unreadable changes nothing: the known keys stay.
 * Throws Refusal `EncryptionKeyInvalid`.
 */
export function keysIn(folder: string, now: () => number = Date.now): EncryptionKeys {
  let known = read(folder);
  let readAt = now();
  const readAgain = (): void => {
    readAt = now();
    try {
      known = read(folder);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  return {
    current() {
      if (now() - readAt > freshForMs) readAgain();
      return known.current;
    },
    async find(id) {
      for (let round = 0; round < findRounds; round += 1) {
        const key = known.keys.get(id);
        if (key !== undefined) return key;
        if (round > 0) await sleep(betweenRoundsMs);
        readAgain();
      }
      const hint = `Put the key back, as file ${id} or ${id}${onlyReading}. Keep a key for as long as Temporal keeps history.`;
      throw new Refusal('PayloadUnreadable', `the key ${id} is not in folder ${folder}`, hint);
    },
  };
}

function read(folder: string): Known {
  const files = filesIn(folder);
  const keys = new Map<string, EncryptionKey>();
  let current: EncryptionKey | undefined;
  for (const file of files) {
    const key = readKey(folder, file);
    keys.set(key.id, key);
    if (!file.endsWith(onlyReading)) current = key;
  }
  return { keys, current };
}

/** Sorted, so that the last one is the newest if names contain a date. Kubernetes adds hidden files of its own. */
function filesIn(folder: string): readonly string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    throw invalid(`folder ${folder} cannot be read: ${String(codeOf(error))}`);
  }
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  if (files.length === 0) throw invalid(`folder ${folder} has no key`);
  if (files.length > mostKeys)
    throw invalid(`folder ${folder} has more than ${String(mostKeys)} files`);
  return files;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}

function readKey(folder: string, file: string): EncryptionKey {
  const id = file.endsWith(onlyReading) ? file.slice(0, -onlyReading.length) : file;
  if (!/^[\w.-]{1,63}$/.test(id))
    throw invalid(`the name of key ${JSON.stringify(file.slice(0, 80))} is not usable`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== keyBytes || bytes.toString('base64') !== text)
    throw invalid(`key ${file} in folder ${folder} is not ${String(keyBytes)} bytes in base64`);
  return { id, secret: createSecretKey(bytes) };
}

function invalid(message: string): Refusal {
  const hint =
    'Make a key with `openssl rand -base64 32`. Its file has the name of the key: letters, digits, dots, dashes and underscores.';
  return new Refusal('EncryptionKeyInvalid', message, hint);
}
