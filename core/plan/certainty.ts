import { type Change, factKey } from './diff.ts';
import type { Live } from '../live.ts';
import { kindOf } from '../registry.ts';

/**
 * Changes that are made because nobody can see whether they are needed, such as a password. What is of something that
 * the plan creates is needed for certain.
 */
export function uncertainChanges(changes: readonly Change[], live: Live): Change[] {
  const created = new Set(
    changes.filter(({ op }) => op === 'create').map(({ fact }) => factKey(fact)),
  );
  return changes.filter((change) => {
    const kind = kindOf(change.fact.kind);
    if (kind.certain?.(change, live) ?? true) return false;
    return !kind.needs(change.fact).some(({ kind, key }) => created.has(`${kind}\0${key}`));
  });
}
