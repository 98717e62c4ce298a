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
  return finished(diffInParts(observed, [desired], live));
}

/**
 * The desired facts come in lists, which can be made while they are read. A fact that already holds is not kept: there
 * can be hundreds of thousands.
 */
export function* diffInParts(
  observed: readonly Fact[],
  desired: Iterable<Iterable<Fact>>,
  live: Live,
): InParts<Change[]> {
  const places = new Map<string, number>();
  yield* forEachInParts(observed, (fact, index) => places.set(factKey(fact), index));
  const wanted = new Uint8Array(observed.length);
  const additions = new Map<string, Change>();
  for (const facts of desired) {
    yield* forEachInParts(facts, (fact) => {
      const key = factKey(fact);
      const index = places.get(key);
      if (index !== undefined) wanted[index] = 1;
      const change = changeTo(index === undefined ? undefined : observed[index], fact);
      // If two facts have one key, the last one counts.
      if (change !== undefined) additions.set(key, change);
      else additions.delete(key);
    });
    yield;
  }
  const changes: Change[] = [];
  yield* forEachInParts(places.values(), (index) => {
    const fact = observed[index];
    if (fact === undefined || wanted[index] === 1) return;
    if (kindOf(fact.kind).governs(fact, live)) changes.push({ op: 'drop', fact });
  });
  yield* forEachInParts(additions.values(), (change) => changes.push(change));
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

function changeTo(from: Fact | undefined, fact: Fact): Change | undefined {
  if (from === undefined) return { op: 'create', fact };
  return sameState(from, fact) ? undefined : { op: 'alter', from, fact };
}

function sameState(left: Fact, right: Fact): boolean {
  return hasFieldsOf(left, right) && hasFieldsOf(right, left);
}

function hasFieldsOf(left: Fact, right: Fact): boolean {
  for (const field in left.state) if (!isSame(left.state[field], right.state[field])) return false;
  return true;
}

function isSame(left: Fact['state'][string], right: Fact['state'][string]): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
