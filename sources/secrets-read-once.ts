import type { ResourceRef } from '../core/document/document.ts';
import { refText } from './resource-name.ts';
import type { PolicySource, SecretRecord } from './source.ts';

/** A source for one activity, which reads each Secret only once, so that all its values have one version. */
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
