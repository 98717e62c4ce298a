import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';

/**
 * Versions of Secrets that were read a while ago. They spare a check most of its reads: whoever changes a Secret wakes
 * the policies that use it, and then it is read. What nobody told of is noticed ten minutes later.
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
