import type { Edit, Fact } from '../fact.ts';
import type { Live } from '../live.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';

export type Change = Edit<Fact>;

/** The changes that make the observed facts equal to the desired ones. Facts that the manifest does not govern stay. */
export function diffFacts(
  observed: readonly Fact[],
  desired: readonly Fact[],
  live: Live,
): Change[] {
  return finished(diffInParts(observed, desired, live));
}

export function* diffInParts(
  observed: readonly Fact[],
  desired: readonly Fact[],
  live: Live,
): InParts<Change[]> {
  const present = new Map<string, Fact>();
  const wanted = new Map<string, Fact>();
  const changes: Change[] = [];
  yield* forEachInParts(observed, (fact) => present.set(factKey(fact), fact));
  yield* forEachInParts(desired, (fact) => wanted.set(factKey(fact), fact));
  yield* forEachInParts(present, ([key, fact]) => {
    if (!wanted.has(key) && kindOf(fact.kind).governs(fact, live))
      changes.push({ op: 'drop', fact });
  });
  yield* forEachInParts(wanted, ([key, fact]) => {
    for (const change of changeTo(present.get(key), fact)) changes.push(change);
  });
  return changes;
}

/** The key of a fact, unique among all facts. */
export function factKey({ kind, id }: Fact): string {
  return `${kind}\0${kindOf(kind).key(id)}`;
}

/** Further keys by which other facts can need a fact, unique among all facts. */
export function aliasesOf(fact: Fact): string[] {
  const aliases = kindOf(fact.kind).aliases?.(fact) ?? [];
  return aliases.map((alias) => `${fact.kind}\0${alias}`);
}

/** The keys or aliases of the facts that a fact needs. */
export function neededBy(fact: Fact): string[] {
  return kindOf(fact.kind)
    .needs(fact)
    .map(({ kind, key }) => `${kind}\0${key}`);
}

/** The op with which a change is rendered. Changes of one kind with the same op can share statements. */
export function renderedOpOf(change: Change): Change['op'] {
  return kindOf(change.fact.kind).renderedAs?.(change) ?? change.op;
}

export function takesAway(change: Change): boolean {
  return (
    change.op === 'drop' ||
    (change.op === 'alter' && kindOf(change.fact.kind).effect(change) === 'removes')
  );
}

function changeTo(from: Fact | undefined, fact: Fact): Change[] {
  if (from === undefined) return [{ op: 'create', fact }];
  return sameState(from, fact) ? [] : [{ op: 'alter', from, fact }];
}

function sameState(left: Fact, right: Fact): boolean {
  const fields = [...Object.keys(left.state), ...Object.keys(right.state)];
  return fields.every((field) => isSame(left.state[field], right.state[field]));
}

function isSame(left: Fact['state'][string], right: Fact['state'][string]): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
