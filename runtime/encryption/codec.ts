import { randomBytes } from 'node:crypto';
import type { PayloadCodec } from '@temporalio/common';
import { Refusal } from '../../core/refusal.ts';
import type { EncryptionKeys } from './keys.ts';
import { derivedKeys, isEncrypted, keyIdOf, open, seal, saltBytes } from './sealed-payload.ts';

/** What a codec does with payloads that are not encrypted. */
export interface CodecOptions {
  /** Refuses them. Default: reads them as they are, so that encryption can begin while workflows run. */
  readonly required?: boolean;
  /** Payloads until the next salt. Random nonces of one key must stay far below 2^32. */
  readonly payloadsPerSalt?: number;
}

/**
 * Encrypts what Temporal stores. Each process derives keys of its own from the shared key and a random salt (HKDF, RFC
 * 5869), so that the limit of random nonces holds for one process, and not for all pods and years together.
 */
export function encryptionCodec(
  keys: EncryptionKeys,
  { required = false, payloadsPerSalt = 2 ** 28 }: CodecOptions = {},
): PayloadCodec {
  const derived = derivedKeys();
  let salt = randomBytes(saltBytes);
  let left = payloadsPerSalt;
  const nextSalt = (): Buffer => {
    if (left === 0) salt = randomBytes(saltBytes);
    left = left === 0 ? payloadsPerSalt - 1 : left - 1;
    return salt;
  };
  return {
    // Async, so that an error rejects instead of being thrown.
    // eslint-disable-next-line @typescript-eslint/require-await
    async encode(payloads) {
      const key = keys.current();
      if (key !== undefined) return payloads.map((each) => seal(each, key, nextSalt(), derived));
      if (required) throw noKeyEncrypts();
      return payloads;
    },
    decode: (payloads) =>
      Promise.all(
        payloads.map(async (payload) => {
          if (isEncrypted(payload))
            return open(payload, await keys.find(keyIdOf(payload)), derived);
          if (required) throw notEncrypted();
          return payload;
        }),
      ),
  };
}

/** For a process without keys. It says why it cannot read an encrypted payload. */
export const codecWithoutKeys: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  // eslint-disable-next-line @typescript-eslint/require-await
  async decode(payloads) {
    const encrypted = payloads.find(isEncrypted);
    if (encrypted !== undefined) throw noKeys();
    return payloads;
  },
};

function noKeys(): Refusal {
  return new Refusal(
    'PayloadUnreadable',
    'what Temporal stores is encrypted, and this process has no keys',
    'Set PGWARDEN_ENCRYPTION_KEYS to the folder with the keys. To end encryption, keep them there with the ending .read.',
  );
}

function notEncrypted(): Refusal {
  return new Refusal(
    'PayloadNotEncrypted',
    'a payload in Temporal is not encrypted, and PGWARDEN_ENCRYPTION_REQUIRED is set',
    'If the workflow is older than its encryption, terminate it: the watcher starts it again. Otherwise find who wrote to Temporal.',
  );
}

function noKeyEncrypts(): Refusal {
  return new Refusal(
    'EncryptionKeyInvalid',
    'PGWARDEN_ENCRYPTION_REQUIRED is set, and all keys are only for reading',
    'Add a key without the ending .read, or unset PGWARDEN_ENCRYPTION_REQUIRED.',
  );
}
