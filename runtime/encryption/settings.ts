import type { DataConverter } from '@temporalio/common';
import { encryptionCodec } from './codec.ts';
import { keysIn } from './keys.ts';

/**
 * How data becomes payloads in Temporal: encrypted if `PGWARDEN_ENCRYPTION_KEYS` names a folder with keys. Throws Refusal
 * `EncryptionKeyInvalid`.
 */
export function dataConverterFrom(env: NodeJS.ProcessEnv): DataConverter {
  const folder = env.PGWARDEN_ENCRYPTION_KEYS ?? '';
  return folder === '' ? {} : { payloadCodecs: [encryptionCodec(keysIn(folder))] };
}
