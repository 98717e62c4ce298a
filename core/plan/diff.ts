import type { Edit, Fact, Live } from '../kind.ts';
import { kindOf } from '../registry.ts';

export type Change = Edit<Fact>;

/**
 * What must be done for the observed facts to equal the desired ones. Two graphs that are equal differ in nothing.
 * A fact the manifest does not govern is left as it is.
 */
export function diffFacts(
  observed: readonly Fact[],
  desired: readonly Fact[],
  live: Live,
): Change[] {
  const present = new Map(observed.map((fact) => [factKey(fact), fact]));
  const wanted = new Map(desired.map((fact) => [factKey(fact), fact]));
  const drops = [...present].filter(
    ([key, fact]) => !wanted.has(key) && kindOf(fact.kind).governs(fact, live),
  );
  return [
    ...drops.map(([, fact]): Change => ({ op: 'drop', fact })),
    ...[...wanted].flatMap(([key, fact]) => changeTo(present.get(key), fact)),
  ];
}

/** One key for a fact among all facts. */
export function factKey({ kind, id }: Fact): string {
  return `${kind}\0${kindOf(kind).key(id)}`;
}

/** Further keys by which others need a fact, among all facts. */
export function aliasesOf(fact: Fact): string[] {
  const aliases = kindOf(fact.kind).aliases?.(fact) ?? [];
  return aliases.map((alias) => `${fact.kind}\0${alias}`);
}

/** Keys, their own or aliases, of the facts that a fact needs. */
export function neededBy(fact: Fact): string[] {
  return kindOf(fact.kind)
    .needs(fact)
    .map(({ kind, key }) => `${kind}\0${key}`);
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
