import { expect, test } from '@jest/globals';
import { policyDetails } from '../../workflows/details.ts';

test('current details say where a policy stands, the trouble first, and show text as it is', () => {
  const details = policyDetails({
    phase: 'Failing',
    database: '8ed1c2caa04b2e83/shop_*',
    lastCheck: '2026-11-22T16:36:52.642Z',
    nextCheck: '2026-11-22T16:41:52Z',
    error: {
      code: 'MissingDatabaseObject',
      message: 'no schema "a|b"',
      hint: 'Create it.',
    },
  });
  expect(details.split('\n')).toEqual([
    '**Failing** on 8ed1c2caa04b2e83/shop\\_\\*',
    '',
    '**MissingDatabaseObject**: no schema "a|b"',
    '',
    '*Create it.*',
    '',
    '| | |',
    '|---|---|',
    '| Last check | 2026-11-22 16:36:52 UTC |',
    '| Next check | 2026-11-22 16:41:52 UTC |',
    '| Last change | none yet |',
  ]);
});
