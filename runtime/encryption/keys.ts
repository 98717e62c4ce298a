import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../core/refusal.ts';
import type { Log } from '../../telemetry/log.ts';
import { isKeyId, onlyReading, readKeys, type EncryptionKey, type Known } from './key-folder.ts';

export type { EncryptionKey } from './key-folder.ts';

/** The keys in a folder. */
export interface EncryptionKeys {
  /** The key that encrypts. Undefined if all are only for reading. */
  current(): EncryptionKey | undefined;
  /** Waits a few seconds for a key that is not there yet. Throws Refusal `PayloadUnreadable`. */
  find(id: string): Promise<EncryptionKey>;
}

interface KeysOptions {
  /** Which key encrypts, and why a change of the folder has no effect. */
  readonly log?: Log;
  readonly now?: () => number;
}

/** Kubernetes updates a mounted Secret about once a minute. */
const freshForMs = 10_000;
const findRounds = 5;
const betweenRoundsMs = 1_000;

/**
 * Reads the folder now, and again when it may have changed, so that a new key needs no restart. A folder that became
 * invalid changes nothing: the known keys stay, and the log says why.
 * Throws Refusal `EncryptionKeyInvalid`.
 */
export function keysIn(folder: string, { log, now = Date.now }: KeysOptions = {}): EncryptionKeys {
  let known = readKeys(folder);
  let readAt = now();
  let problem: string | undefined;
  logCurrent(log, known);
  const readAgain = (): void => {
    readAt = now();
    try {
      const before = known.current?.fingerprint;
      known = readKeys(folder);
      problem = undefined;
      if (known.current?.fingerprint !== before) logCurrent(log, known);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, hint } = error;
      if (message !== problem)
        log?.warn({ code, error: message, hint }, 'encryption keys not changed');
      problem = message;
    }
  };
  return {
    current() {
      if (now() - readAt > freshForMs) readAgain();
      return known.current;
    },
    async find(id) {
      // Text that is no ID comes from someone who can write to Temporal, and no key will have it.
      if (!isKeyId(id)) throw unknownKey();
      for (let round = 0; round < findRounds; round += 1) {
        const key = known.keys.get(id);
        if (key !== undefined) return key;
        if (round > 0) await sleep(betweenRoundsMs);
        // Many payloads can wait at once. One of them reads.
        if (now() - readAt > betweenRoundsMs / 2) readAgain();
      }
      throw missingKey(id, folder);
    },
  };
}

/** Without a key that encrypts, Temporal gets readable data: nobody should learn that from Temporal. */
function logCurrent(log: Log | undefined, { current }: Known): void {
  if (current === undefined)
    log?.warn({ reason: 'all keys are only for reading' }, 'encryption ended');
  else log?.info({ encryptionKey: current.id }, 'encryption began');
}

function missingKey(id: string, folder: string): Refusal {
  const hint = `Put the key back, as file ${id} or ${id}${onlyReading}. Keep a key for as long as Temporal keeps history.`;
  return new Refusal('PayloadUnreadable', `the key ${id} is not in folder ${folder}`, hint);
}

function unknownKey(): Refusal {
  const hint = 'Find who wrote to Temporal. Terminate the workflow, and pgwarden starts it again.';
  return new Refusal('PayloadUnreadable', 'an encrypted payload names no key', hint);
}
