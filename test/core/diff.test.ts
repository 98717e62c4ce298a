import { describe, expect, test } from '@jest/globals';
import { type Change, diffFacts, factKey } from '../../core/plan/diff.ts';
import { desiredFacts, observedFacts } from '../../core/inspect/live-rows.ts';
import type { Fact } from '../../core/fact.ts';
import type { Live } from '../../core/live.ts';
import { restrictChanges } from '../../core/plan/plan.ts';
import { orderChanges } from '../../core/plan/order.ts';
import { kindOf } from '../../core/registry.ts';
import { type World, rowsOf, worlds } from './world.ts';
import { superuserLive, emptyGraph } from './superuser.ts';
import fc from 'fast-check';

interface Sides {
  readonly live: Live;
  readonly observed: readonly Fact[];
  readonly desired: readonly Fact[];
  readonly changes: readonly Change[];
}

function sidesOf(world: World): Sides {
  const live = superuserLive(world.graph);
  const observed = observedFacts(rowsOf(world), live);
  const desired = desiredFacts(rowsOf(world), live);
  return { live, observed, desired, changes: diffFacts(observed, desired, live) };
}

function byKey(facts: readonly Fact[]): Map<string, Fact> {
  return new Map(facts.map((fact) => [factKey(fact), fact]));
}

function applied(facts: readonly Fact[], changes: readonly Change[]): Map<string, Fact> {
  const result = byKey(facts);
  for (const { op, fact } of changes) {
    if (op === 'drop') result.delete(factKey(fact));
    else result.set(factKey(fact), fact);
  }
  return result;
}

describe('the difference', () => {
  test('between equal facts is nothing', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { live, observed, desired } = sidesOf(world);
        expect(diffFacts(observed, observed, live)).toEqual([]);
        expect(diffFacts(desired, desired, live)).toEqual([]);
      }),
    );
  });

  test('leads from the observed to the desired state, and leaves out only what the manifest does not govern', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { live, observed, desired, changes } = sidesOf(world);
        const result = applied(observed, changes);
        for (const [key, fact] of byKey(desired)) {
          expect(result.get(key)?.state).toEqual(fact.state);
          result.delete(key);
        }
        for (const fact of result.values())
          expect(kindOf(fact.kind).governs(fact, live)).toBe(false);
      }),
    );
  });

  test('to an empty manifest is empty, because it governs nothing', () => {
    fc.assert(
      fc.property(worlds, ({ rows }) => {
        const { changes } = sidesOf({ graph: emptyGraph, rows });
        expect(changes).toEqual([]);
      }),
    );
  });

  test('is empty after the apply', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { live, observed, desired, changes } = sidesOf(world);
        expect(diffFacts([...applied(observed, changes).values()], desired, live)).toEqual([]);
      }),
    );
  });
});

describe('the order of changes', () => {
  test('creates what is needed first, and drops it last', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const ordered = orderChanges(sidesOf(world).changes);
        const place = new Map(ordered.map((change, index) => [change, index]));
        for (const change of ordered) {
          for (const needed of neededBy(change, ordered)) {
            const isBefore = (place.get(needed) ?? 0) < (place.get(change) ?? 0);
            if (!takesAway(needed)) expect(isBefore).toBe(true);
            else if (takesAway(change)) expect(isBefore).toBe(false);
          }
        }
      }),
    );
  });

  test('holds every change once', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { changes } = sidesOf(world);
        const ordered = orderChanges(changes);
        expect(ordered).toHaveLength(changes.length);
        expect(new Set(ordered)).toEqual(new Set(changes));
      }),
    );
  });

  test('does not depend on the order of its input', () => {
    const shuffled = worlds.chain((world) => {
      const { changes } = sidesOf(world);
      return fc.tuple(
        fc.constant(changes),
        fc.shuffledSubarray([...changes], { minLength: changes.length }),
      );
    });
    fc.assert(
      fc.property(shuffled, ([changes, other]) => {
        expect(orderChanges(other)).toEqual(orderChanges(changes));
      }),
    );
  });

  test('refuses changes that need each other in a circle', () => {
    const edge = (member: string, grantor: string): Change => ({
      op: 'drop',
      fact: {
        kind: 'membership',
        id: { role: 'staff', member, grantor },
        state: { admin: true, inherit: true, set: true },
      },
    });
    expect(() => orderChanges([edge('ana', 'ben'), edge('ben', 'ana')])).toThrow(
      /^changes need each other in a circle at membership/,
    );
  });
});

describe('a mode', () => {
  const counts = (changes: readonly Change[]): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const change of changes) {
      const effect = kindOf(change.fact.kind).effect(change);
      found[effect] = (found[effect] ?? 0) + 1;
    }
    return found;
  };

  test('keeps every allowed change in its order', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { changes } = sidesOf(world);
        const { adds, changes: altered, removes, destroys } = counts(changes);
        const only = (found: Record<string, number | undefined>): Record<string, number> =>
          Object.fromEntries(
            Object.entries(found).flatMap(([effect, count]) =>
              count === undefined ? [] : [[effect, count]],
            ),
          );
        expect(restrictChanges(changes, 'authoritative')).toEqual(changes);
        expect(counts(restrictChanges(changes, 'adopt'))).toEqual(
          only({ adds, changes: altered, removes }),
        );
        expect(counts(restrictChanges(changes, 'additive'))).toEqual(only({ adds }));
        expect(destroys ?? 0).toBe(world.graph.retirements.length);
      }),
    );
  });
});

function takesAway(change: Change): boolean {
  const isLoss = kindOf(change.fact.kind).effect(change) === 'removes';
  return change.op === 'drop' || (change.op === 'alter' && isLoss);
}

function neededBy(change: Change, all: readonly Change[]): Change[] {
  const wanted = new Set(
    kindOf(change.fact.kind)
      .needs(change.fact)
      .map(({ kind, key }) => `${kind}\0${key}`),
  );
  return all.filter((other) => other !== change && keysOf(other).some((key) => wanted.has(key)));
}

function keysOf(change: Change): string[] {
  const facts = change.op === 'alter' ? [change.from, change.fact] : [change.fact];
  const kind = kindOf(change.fact.kind);
  const aliases = facts.flatMap((fact) => kind.aliases?.(fact) ?? []);
  return [factKey(change.fact), ...aliases.map((alias) => `${kind.name}\0${alias}`)];
}
