import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import { refText } from './resource-name.ts';
import type { SecretRecord } from './source.ts';

/**
 * Throws Refusal `SecretFetchFailed` unless the policy generated the Secret. Otherwise a value in someone else's Secret
 * would become a database password that nobody chose.
 */
export function requireOwn(ref: ResourceRef, { owner }: SecretRecord, policy: ResourceRef): void {
  if (owner?.name === policy.name && owner.namespace === policy.namespace) return;
  const message = `Secret ${refText(ref)} exists and does not belong to policy ${refText(policy)}`;
  const hint = 'Choose another generate.secretName, or use secretRef to use its password.';
  throw new Refusal('SecretFetchFailed', message, hint);
}
