import { expect, test } from '@jest/globals';
import { policyDetails } from '../../workflows/details.ts';

const shop = { namespace: 'default', name: 'shop' };

test('current details show the state of a policy and its error, with text unchanged', () => {
  const details = policyDetails(shop, {
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
    '**Failing** default/shop on 8ed1c2caa04b2e83/shop\\_\\*  ',
    'Last check 2026-11-22 16:36:52 UTC, next 2026-11-22 16:41:52 UTC  ',
    'Last change none yet',
    '',
    '**MissingDatabaseObject**: no schema "a|b"',
    '',
    '*Create it.*',
  ]);
});

test('current details of a healthy policy are its name, its database and three times', () => {
  const details = policyDetails(shop, {
    phase: 'Ready',
    database: '8ed1c2caa04b2e83/shop',
    lastCheck: '2026-11-22T16:36:52Z',
    nextCheck: '2026-11-22T16:41:52Z',
    lastChange: '2026-11-22T16:30:00Z',
  });
  expect(details.split('\n')).toEqual([
    '**Ready** default/shop on 8ed1c2caa04b2e83/shop  ',
    'Last check 2026-11-22 16:36:52 UTC, next 2026-11-22 16:41:52 UTC  ',
    'Last change 2026-11-22 16:30:00 UTC',
  ]);
});

test('a policy that has reached no database yet is shown by name', () => {
  const [heading] = policyDetails(shop, { phase: 'Pending' }).split('\n');
  expect(heading).toBe('**Pending** default/shop  ');
});

test('current details count the findings and show the first of them', () => {
  const finding = (index: number) => ({
    code: index === 0 ? ('Unrevocable' as const) : ('OutsidePolicy' as const),
    role: 'ana',
    message: `role "ana" has access ${index}`,
  });
  const first = Array.from({ length: 20 }, (_, index) => finding(index));
  const findings = { total: 30, unrevocable: 1, first };
  expect(policyDetails(shop, { phase: 'Drifted', findings })).toContain(
    [
      '**30 findings**, 1 of which are drift that stays',
      '',
      '* Unrevocable: role "ana" has access 0',
      '* OutsidePolicy: role "ana" has access 1',
      '* OutsidePolicy: role "ana" has access 2',
      '* OutsidePolicy: role "ana" has access 3',
      '* OutsidePolicy: role "ana" has access 4',
      '* and 25 more',
    ].join('\n'),
  );
});
