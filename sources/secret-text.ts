import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import { refText } from './resource-name.ts';
import type { SecretRecord } from './source.ts';
import { utf8Text } from './utf8-text.ts';

/**
 * The value at a key of a Secret, as unchanged text. Throws Refusal `SecretMissing`, which names Secret and key and
 * never contains a value.
 */
export function secretText(
  ref: ResourceRef,
  secret: SecretRecord | undefined,
  key: string,
): string {
  const place = `Secret ${refText(ref)}`;
  if (secret === undefined) {
    throw new Refusal('SecretMissing', `${place} does not exist`, `Create it with the key ${key}.`);
  }
  const bytes = secret.data.get(key);
  if (bytes === undefined) {
    const message = `${place} has no key ${JSON.stringify(key)}`;
    throw new Refusal('SecretMissing', message, `Add the key; it has ${keyList(secret)}.`);
  }
  const text = utf8Text(bytes);
  if (text === undefined) {
    const message = `key ${JSON.stringify(key)} of ${place} is not UTF-8 text`;
    throw new Refusal('SecretMissing', message, 'Store the value as UTF-8 text.');
  }
  return text;
}

function keyList({ data }: SecretRecord): string {
  return data.size === 0 ? 'none' : [...data.keys()].sort().join(', ');
}
