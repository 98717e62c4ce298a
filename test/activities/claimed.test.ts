import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimedIn, statusOf } from '../../activities/status/claimed.ts';

const names = fc.array(fc.constantFrom('a', 'b'), { minLength: 1 });

/** If the list exists, it contains names. */
const claims = fc.record(
  {
    roles: fc.array(fc.constantFrom('a', 'b')),
    schemas: fc.array(fc.constantFrom('s', 't')),
    groups: names,
    exclusive: names,
    named: names,
    external: names,
    members: names,
    coverage: fc.constant('database' as const),
  },
  { requiredKeys: ['roles', 'schemas'] },
);

test('a status contains the whole claim', () => {
  fc.assert(
    fc.property(claims, (claim) => {
      expect(claimedIn(statusOf(claim))).toEqual(claim);
    }),
  );
});
