import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
// The package is CommonJS, so that Node.js finds no named exports.
import proto from '@temporalio/proto';
import { Refusal } from '../../core/refusal.ts';
import type { EncryptionKey, EncryptionKeys } from './keys.ts';

/**
 * Encrypts what Temporal stores. The data of an encrypted payload is salt, nonce, ciphertext and tag of AES-256-GCM over
 * the whole payload, as Protocol Buffers. Each process derives keys of its own from the shared key and a random salt
 * (HKDF, RFC 5869) and counts its nonces. So no nonce is used twice, however many processes and payloads there are.
 */

const encoding = 'binary/encrypted';
const keyId = 'encryption-key-id';
const cipher = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = saltBytes + nonceBytes;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** A payload that is not encrypted is decoded as it is, so encryption can be turned on while workflows run. */
export function encryptionCodec(keys: EncryptionKeys): PayloadCodec {
  const salt = randomBytes(saltBytes);
  const derived = derivedKeys();
  let count = 0n;
  const nextNonce = (): Buffer => {
    const nonce = Buffer.alloc(nonceBytes);
    nonce.writeBigUInt64BE(count, nonceBytes - 8);
    count += 1n;
    return nonce;
  };
  return {
    encode(payloads) {
      const key = keys.current();
      if (key === undefined) return Promise.resolve(payloads);
      const from = derived(key, salt);
      return Promise.resolve(
        payloads.map((payload) => encrypted(payload, key.id, { from, salt, nonce: nextNonce() })),
      );
    },
    decode: (payloads) =>
      Promise.all(
        payloads.map(async (payload) => {
          if (textOf(payload, 'encoding') !== encoding) return payload;
          const key = await keys.find(textOf(payload, keyId) ?? '');
          return decrypted(payload, key, derived);
        }),
      ),
  };
}

type Derive = (key: EncryptionKey, salt: Buffer) => Buffer;

const mostDerived = 1_000;

/** Remembers keys, because each process that wrote a payload has another salt. */
function derivedKeys(): Derive {
  const known = new Map<string, Buffer>();
  return ({ id, secret }, salt) => {
    const name = `${salt.toString('hex')}/${id}`;
    const one = known.get(name) ?? Buffer.from(hkdfSync('sha256', secret, salt, 'pgwarden', 32));
    known.delete(name);
    known.set(name, one);
    const [oldest] = known.size > mostDerived ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return one;
  };
}

interface Sealing {
  readonly from: Buffer;
  readonly salt: Buffer;
  readonly nonce: Buffer;
}

function encrypted(payload: Payload, id: string, { from, salt, nonce }: Sealing): Payload {
  const sealing = createCipheriv(cipher, from, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(id));
  const plain = PayloadMessage.encode(payload).finish();
  const parts = [salt, nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()];
  return {
    metadata: { encoding: Buffer.from(encoding), [keyId]: Buffer.from(id) },
    data: Buffer.concat(parts),
  };
}

function decrypted(payload: Payload, key: EncryptionKey, derived: Derive): Payload {
  const data = Buffer.from(payload.data ?? []);
  if (data.length < headBytes + tagBytes) throw unreadable(key.id);
  const from = derived(key, data.subarray(0, saltBytes));
  const nonce = data.subarray(saltBytes, headBytes);
  const opening = createDecipheriv(cipher, from, nonce, { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(key.id));
  opening.setAuthTag(data.subarray(-tagBytes));
  try {
    const plain = [opening.update(data.subarray(headBytes, -tagBytes)), opening.final()];
    return PayloadMessage.decode(Buffer.concat(plain));
  } catch {
    throw unreadable(key.id);
  }
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
