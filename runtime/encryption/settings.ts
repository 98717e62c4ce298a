import type { DataConverter } from '@temporalio/common';
import { Refusal } from '../../core/refusal.ts';
import type { Log } from '../../telemetry/log.ts';
import { codecWithoutKeys, encryptionCodec } from './codec.ts';
import { keysIn } from './keys.ts';

/** How data becomes payloads in Temporal. */
export interface Encryption {
  readonly dataConverter: DataConverter;
  /** Whether there are keys. */
  readonly enabled: boolean;
}

/**
 * Payloads are encrypted if `PGWARDEN_ENCRYPTION_KEYS` names a folder with keys. With `PGWARDEN_ENCRYPTION_REQUIRED=true`,
 * others are refused.
 * Throws Refusal `EncryptionKeyInvalid`, or `Usage` for a setting that can never work.
 */
export function encryptionFrom(env: NodeJS.ProcessEnv, log?: Log): Encryption {
  const folder = env.PGWARDEN_ENCRYPTION_KEYS ?? '';
  const required = isRequired(env.PGWARDEN_ENCRYPTION_REQUIRED ?? '');
  if (folder === '') {
    if (required) throw requiredWithoutKeys();
    return { dataConverter: { payloadCodecs: [codecWithoutKeys] }, enabled: false };
  }
  const keys = keysIn(folder, log === undefined ? {} : { log });
  return { dataConverter: { payloadCodecs: [encryptionCodec(keys, { required })] }, enabled: true };
}

/** A misspelled value must not mean that readable payloads are accepted. */
function isRequired(text: string): boolean {
  if (text === 'true') return true;
  if (text === '' || text === 'false') return false;
  const message = `PGWARDEN_ENCRYPTION_REQUIRED is ${JSON.stringify(text.slice(0, 80))}`;
  throw new Refusal('Usage', message, 'Set it to true or false.');
}

function requiredWithoutKeys(): Refusal {
  return new Refusal(
    'Usage',
    'PGWARDEN_ENCRYPTION_REQUIRED is set without PGWARDEN_ENCRYPTION_KEYS',
    'Set PGWARDEN_ENCRYPTION_KEYS to the folder with the keys.',
  );
}
