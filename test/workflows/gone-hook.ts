import type { PolicySource } from '../../sources/source.ts';

/** The same source, except that it calls `onGone` before its reader learns that a policy was deleted. */
export function withGoneHook(
  source: PolicySource,
  onGone: (name: string) => Promise<void>,
): PolicySource {
  return {
    ...source,
    async readPolicy(ref) {
      const record = await source.readPolicy(ref);
      if (record === undefined) await onGone(ref.name);
      return record;
    },
  };
}
