import { expect, test } from '@jest/globals';
import { ageOf } from '../../cli/age.ts';

test.each([
  ['2026-01-01T00:00:00Z', '1d'],
  ['2026-01-01T00:00:01Z', '23h'],
  ['2026-01-01T23:58:30Z', '1m'],
  ['2026-01-01T23:59:30Z', '30s'],
  ['2026-01-03T00:00:00Z', '0s'],
  ['never', ''],
])('%s is %s ago', (iso, age) => {
  expect(ageOf(iso, Date.parse('2026-01-02T00:00:00Z'))).toBe(age);
});
