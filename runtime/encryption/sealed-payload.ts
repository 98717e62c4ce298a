import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
// The package is CommonJS, so that Node.js finds no named exports.
import proto from '@temporalio/proto';
import { Refusal } from '../../core/refusal.ts';
import type { EncryptionKey } from './keys.ts';

/**
 * The form of an encrypted payload. Its data is salt, nonce, ciphertext and tag of AES-256-GCM over the whole payload, as
 * Protocol Buffers. Its metadata has the encoding and the ID of the key, and the tag authenticates both.
 */

const encoding = 'binary/encrypted';
const keyIdName = 'encryption-key-id';
const cipher = 'aes-256-gcm';
export const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = saltBytes + nonceBytes;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

export type Derive = (key: EncryptionKey, salt: Buffer) => Buffer;

const mostDerived = 1_000;

/** Remembers keys, because each process that wrote a payload has another salt. */
export function derivedKeys(): Derive {
  const known = new Map<string, Buffer>();
  return ({ fingerprint, secret }, salt) => {
    const name = `${salt.toString('hex')}/${fingerprint}`;
    const one = known.get(name) ?? Buffer.from(hkdfSync('sha256', secret, salt, 'pgwarden', 32));
    known.delete(name);
    known.set(name, one);
    const [oldest] = known.size > mostDerived ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return one;
  };
}

export function seal(payload: Payload, key: EncryptionKey, salt: Buffer, derived: Derive): Payload {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, derived(key, salt), nonce, { authTagLength: tagBytes });
  sealing.setAAD(authenticated(key.id));
  const plain = PayloadMessage.encode(payload).finish();
  const parts = [salt, nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()];
  return {
    metadata: { encoding: Buffer.from(encoding), [keyIdName]: Buffer.from(key.id) },
    data: Buffer.concat(parts),
  };
}

/** The payload as it was. Throws Refusal `PayloadUnreadable`. */
export function open(payload: Payload, key: EncryptionKey, derived: Derive): Payload {
  const data = Buffer.from(payload.data ?? []);
  if (data.length < headBytes + tagBytes) throw unreadable(key.id);
  const from = derived(key, data.subarray(0, saltBytes));
  const nonce = data.subarray(saltBytes, headBytes);
  const opening = createDecipheriv(cipher, from, nonce, { authTagLength: tagBytes });
  opening.setAAD(authenticated(key.id));
  opening.setAuthTag(data.subarray(-tagBytes));
  try {
    const plain = [opening.update(data.subarray(headBytes, -tagBytes)), opening.final()];
    return PayloadMessage.decode(Buffer.concat(plain));
  } catch {
    throw unreadable(key.id);
  }
}

export function isEncrypted(payload: Payload): boolean {
  return textOf(payload, 'encoding') === encoding;
}

/** The ID in the metadata. Everyone who can write to Temporal can choose it. */
export function keyIdOf(payload: Payload): string {
  return textOf(payload, keyIdName) ?? '';
}

/** No ID contains a space, so two pairs never give the same text. */
function authenticated(id: string): Buffer {
  return Buffer.from(`${encoding} ${id}`);
}

function unreadable(id: string): Refusal {
  return new Refusal(
    'PayloadUnreadable',
    `a payload in Temporal cannot be decrypted with key ${id}: it was changed, or encrypted with another key of that name`,
    'Restore the key. If the key is right, someone changed data in Temporal: terminate the workflow, and pgwarden starts it again.',
  );
}

function textOf({ metadata }: Payload, name: string): string | undefined {
  const bytes = metadata?.[name];
  return bytes == null ? undefined : Buffer.from(bytes).toString();
}
