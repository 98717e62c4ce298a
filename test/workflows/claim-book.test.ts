import { describe, expect, test } from '@jest/globals';
import type { Claim } from '../../activities/contract.ts';
import { compatible, objectionTo, remainder, withClaim } from '../../workflows/claim-book.ts';

function claim(name: string, claimed: Partial<Claim> = {}): Claim {
  const since = '2026-01-01T00:00:00.000Z';
  const nothing = { digest: name, since, database: 'db', roles: [], schemas: [] };
  return { policy: { namespace: 'n', name }, ...nothing, ...claimed };
}

describe('two claims', () => {
  test.each<[string, Partial<Claim>, Partial<Claim>, string | undefined]>([
    ['share a role', { roles: ['a', 'b'] }, { roles: ['b'] }, 'role "b"'],
    [
      'share a role in two databases',
      { roles: ['a'] },
      { roles: ['a'], database: 'other' },
      'role "a"',
    ],
    ['share a schema', { schemas: ['a'] }, { schemas: ['a'] }, 'schema "a"'],
    [
      'name a schema alike in two databases',
      { schemas: ['a'] },
      { schemas: ['a'], database: 'other' },
      undefined,
    ],
    ['name a role the other declares', { roles: ['a'] }, { named: ['a'] }, 'role "a"'],
    ['declare a role the other names', { named: ['a'] }, { roles: ['a'] }, 'role "a"'],
    [
      'declare a role the other grants to in another database',
      { named: ['a'] },
      { roles: ['a'], database: 'other' },
      undefined,
    ],
    [
      'grant to a role the other declares in another database',
      { roles: ['a'] },
      { named: ['a'], database: 'other' },
      undefined,
    ],
    [
      'declare a group the other adds members to in another database',
      { groups: ['a'] },
      { roles: ['a'], database: 'other' },
      'role "a"',
    ],
    ['add members to the same group', { groups: ['a'] }, { groups: ['a'] }, undefined],
    ['name the same role', { named: ['a'] }, { named: ['a'] }, undefined],
    ['judge an external role alike', { external: ['a'] }, { external: ['a'] }, 'role "a"'],
    [
      'judge an external role in two databases',
      { external: ['a'] },
      { external: ['a'], database: 'other' },
      undefined,
    ],
    ['judge a role the other declares', { roles: ['a'] }, { external: ['a'] }, 'role "a"'],
    ['declare a role the other judges', { external: ['a'] }, { roles: ['a'] }, 'role "a"'],
    [
      'judge a role the other declares in another database',
      { roles: ['a'] },
      { external: ['a'], database: 'other' },
      undefined,
    ],
    ['judge a role the other grants to', { named: ['a'] }, { external: ['a'] }, 'role "a"'],
    [
      'decide who is in a group the other adds members to',
      { groups: ['a'] },
      { groups: ['a'], exclusive: ['a'], database: 'other' },
      'role "a"',
    ],
    [
      'decide all memberships of a role the other makes a member',
      { roles: ['a'], coverage: 'database' },
      { groups: ['g'], members: ['a'], database: 'other' },
      'role "a"',
    ],
    ['make members of the same person', { members: ['a'] }, { members: ['a'] }, undefined],
    ['make a member of a role the other declares', { roles: ['a'] }, { members: ['a'] }, undefined],
    ['share nothing', { roles: ['a'] }, { roles: ['b'], schemas: ['a'] }, undefined],
  ])('that %s', (_how, held, wanted, item) => {
    expect(objectionTo(claim('new', wanted), [claim('old', held)])?.item).toBe(item);
  });

  test('of one policy never collide', () => {
    expect(
      objectionTo(claim('one', { roles: ['a'] }), [claim('one', { roles: ['a'] })]),
    ).toBeUndefined();
  });
});

test('a held claim keeps only what the policy still wants, and loses no ticket', () => {
  const held = claim('one', { roles: ['a', 'b'], schemas: ['s'], named: ['x', 'y'] });
  const wanted = claim('one', {
    roles: ['b', 'c'],
    schemas: ['s'],
    named: ['a', 'y'],
    digest: 'new',
  });
  const rest = remainder(held, wanted);
  expect(rest).toMatchObject({ roles: ['b'], schemas: ['s'], named: ['y'] });
  expect([held.digest, wanted.digest]).not.toContain(rest?.digest);
  expect(remainder(held, { ...wanted, database: 'other' })?.schemas).toEqual([]);
  const judge = claim('one', { external: ['x'], exclusive: ['g'], coverage: 'database' });
  expect(remainder(judge, judge)).toMatchObject({
    external: ['x'],
    exclusive: ['g'],
    coverage: 'database',
  });
  expect(remainder(judge, { ...judge, database: 'other' })?.external).toEqual([]);
  expect(remainder(held, claim('one', { roles: ['c'] }))).toBeUndefined();
});

test('of two restored claims the older wins, whatever their order', () => {
  const old = claim('old', { roles: ['a'], since: '2025-01-01T00:00:00.000Z' });
  const young = claim('young', { roles: ['a'] });
  const other = claim('other', { roles: ['b'] });
  for (const recalled of [
    [old, young, other],
    [young, other, old],
  ]) {
    expect(compatible(recalled).map(({ policy }) => policy.name)).toEqual(['old', 'other']);
  }
});

test('1,000 policies of 10 roles with the longest names fit into a payload twice', () => {
  const names = (policy: number) =>
    Array.from({ length: 10 }, (_, role) => `p${policy}-r${role}-`.padEnd(63, 'x'));
  const claims = Array.from({ length: 1_000 }, (_, policy) =>
    claim(`policy-${policy}`, { roles: names(policy), schemas: [`s${policy}`] }),
  ).reduce<readonly Claim[]>(withClaim, []);
  const bytes = Buffer.byteLength(JSON.stringify(claims));
  expect(bytes).toBeLessThan(1_000_000);
});
