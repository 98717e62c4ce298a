import { expect, test } from '@jest/globals';
import { intervalOf } from '../../workflows/delay.ts';

test('the interval doubles with each check that finds nothing, up to the longest', () => {
  const intervals = { intervalSeconds: 60, maxIntervalSeconds: 300 };
  const seconds = [0, 1, 2, 3, 100].map((quietChecks) => intervalOf({ ...intervals, quietChecks }));
  expect(seconds).toEqual([60, 120, 240, 300, 300]);
});

test('without a longest interval it stays the same', () => {
  expect(intervalOf({ intervalSeconds: 60, quietChecks: 5 })).toBe(60);
});
