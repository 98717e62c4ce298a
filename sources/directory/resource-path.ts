import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ResourceRef } from '../../core/document/document.ts';
import { isResourceRef } from '../resource-name.ts';

const longestStem = 200;

/**
 * `<namespace>/<name>.<extension>`. A name of 253 characters plus an extension is too long for a file name, so the end
 * of a long name becomes a hash. Undefined if the name cannot be a resource's name, such as `../..`.
 */
export function resourcePath(ref: ResourceRef, extension: string): string | undefined {
  if (!isResourceRef(ref)) return undefined;
  const { namespace, name } = ref;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  const stem = name.length > longestStem ? `${name.slice(0, longestStem)}-${hash}` : name;
  return join(namespace, `${stem}.${extension}`);
}
