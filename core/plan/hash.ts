import { createHash } from 'node:crypto';
import { type Change, factKey } from './diff.ts';
import { type InParts, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';

/** SHA-256 over the JSON of what the changes mean. The JSON is never held as one text: it can be very large. */
export function* hashChanges(changes: readonly Change[]): InParts<string> {
  const hash = createHash('sha256').update('[');
  let isFirst = true;
  yield* forEachInParts(changes, ({ op, fact }) => {
    const state = sortedEntries(kindOf(fact.kind).meaning?.(fact) ?? fact.state);
    hash.update(`${isFirst ? '' : ','}${JSON.stringify([op, factKey(fact), state])}`);
    isFirst = false;
  });
  return hash.update(']').digest('hex');
}

function sortedEntries(state: object): [string, unknown][] {
  return Object.entries(state).sort(([left], [right]) => (left < right ? -1 : 1));
}
