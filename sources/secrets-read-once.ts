import type { ResourceRef } from '../core/document/document.ts';
import { refText } from './resource-name.ts';
import type { PolicySource, SecretRecord } from './source.ts';

/**
 * The same source for one piece of work, which reads each Secret once: all that is made of a Secret is then of one
 * version, however often it is asked for.
 */
export function withSecretsReadOnce(source: PolicySource): PolicySource {
  const known = new Map<string, Promise<SecretRecord | undefined>>();
  const remember = <T extends SecretRecord | undefined>(ref: ResourceRef, secret: Promise<T>) => {
    known.set(refText(ref), secret);
    return secret;
  };
  return {
    ...source,
    readSecret: (ref) => known.get(refText(ref)) ?? remember(ref, source.readSecret(ref)),
    createSecret: (ref, owner, data) => remember(ref, source.createSecret(ref, owner, data)),
  };
}
