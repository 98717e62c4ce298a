import type { ResourceRef } from '../core/document/document.ts';

const namePattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const namespacePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * Whether a resource can have that name. A valid name contains no slash and no `..`, so it is safe in a path or a
 * workflow ID.
 */
export function isResourceRef({ namespace, name }: ResourceRef): boolean {
  const namespaceFits = namespace.length <= 63 && namespacePattern.test(namespace);
  return namespaceFits && name.length <= 253 && namePattern.test(name);
}

/** `namespace/name`, for messages, logs and map keys. */
export function refText({ namespace, name }: ResourceRef): string {
  return `${namespace}/${name}`;
}
