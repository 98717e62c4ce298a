import type { ResourceRef } from '../core/document/document.ts';

const namePattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const namespacePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * Whether a resource of that name can exist. What passes holds no slash and no `..`, so it is safe as part of
 * a path or of a workflow ID.
 */
export function isResourceRef({ namespace, name }: ResourceRef): boolean {
  const namespaceFits = namespace.length <= 63 && namespacePattern.test(namespace);
  return namespaceFits && name.length <= 253 && namePattern.test(name);
}

/** `namespace/name`: how people and logs name a resource, and the key of it in a map. */
export function refText({ namespace, name }: ResourceRef): string {
  return `${namespace}/${name}`;
}
