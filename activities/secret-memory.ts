import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';

/**
 * Remembers versions of Secrets, which saves a check most of its reads. When a Secret changes, the watcher wakes the
 * policies that use it, and they read it. A change that the watcher missed is noticed after at most ten minutes.
 */
export interface SecretMemory {
  readonly recall: (ref: ResourceRef) => string | undefined;
  readonly note: (ref: ResourceRef, version: string) => void;
}

const trustMs = 600_000;
const mostNoted = 20_000;

export function secretMemory(now: () => Date): SecretMemory {
  const noted = new Map<string, { readonly version: string; readonly until: number }>();
  return {
    recall(ref) {
      const known = noted.get(refText(ref));
      return known !== undefined && now().getTime() < known.until ? known.version : undefined;
    },
    note(ref, version) {
      if (noted.size >= mostNoted) noted.clear();
      noted.set(refText(ref), { version, until: now().getTime() + trustMs });
    },
  };
}
