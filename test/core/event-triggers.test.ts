import { describe, expect, test } from '@jest/globals';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { EventTrigger } from '../../core/inspect/event-triggers.ts';
import { refuseExposedTriggers, refuseGivenTriggers } from '../../core/plan/exposed-triggers.ts';
import { planChanges } from '../../core/plan/plan.ts';
import type { Statement } from '../../core/statement.ts';
import { graphOf } from './parsed.ts';
import { emptyGraph, superuserLive } from './superuser.ts';

const audit: EventTrigger = {
  database: 'shop',
  trigger: 'audit',
  function: 'app.audit()',
  owner: 'ana',
  trusted: ['postgres'],
};

const nothing = planChanges(decodeRows([]), superuserLive(emptyGraph));
const something = planChanges(decodeRows([]), superuserLive(graphOf('roles: [{ name: ben }]')));

describe('an event trigger', () => {
  test('stops every change while an untrusted role owns its function', () => {
    expect(() => {
      refuseExposedTriggers(something, [{ ...audit, owner: 'postgres' }, audit]);
    }).toThrow(
      /: event trigger "audit" in database "shop" runs app.audit\(\), whose owner "ana" can replace it$/,
    );
  });

  test('stops nothing without changes, or while its owner is trusted', () => {
    expect(() => {
      refuseExposedTriggers(nothing, [audit]);
      refuseExposedTriggers(something, [{ ...audit, owner: 'postgres' }]);
      refuseExposedTriggers(something, []);
    }).not.toThrow();
  });
});

describe('a plan gives the function of an event trigger', () => {
  const own = { ...audit, owner: 'postgres', trusted: ['postgres', 'root'] };
  const giving = (gives: NonNullable<Statement['gives']>): Statement => ({
    text: '',
    why: '',
    risk: 'none',
    affects: [],
    gives,
  });
  const plain: Statement = { text: '', why: '', risk: 'none', affects: [] };
  const ownersRefused = (...gives: readonly NonNullable<Statement['gives']>[]): unknown => {
    try {
      refuseGivenTriggers([plain, ...gives.map(giving)], [own], 'shop');
    } catch (error) {
      return error;
    }
    return [];
  };
  const line = (owner: string): string =>
    `event trigger "audit" in database "shop" runs app.audit(), whose owner "${owner}" can replace it`;

  test('to no untrusted role by its name', () => {
    const refused = ownersRefused({ routine: 'app.audit()', to: 'ben' });
    expect(refused).toMatchObject({ code: 'UntrustedEventTrigger', details: [line('ben')] });
    expect(refused).toMatchObject({ hint: expect.stringContaining('from "postgres"') });
  });

  test('to no untrusted role with all that its owner has, here or where it is', () => {
    for (const database of [undefined, 'shop'])
      expect(ownersRefused({ of: 'postgres', database, to: 'ben' })).toMatchObject({
        details: [line('ben')],
      });
  });

  test('to no untrusted role on the way from one owner to the next', () => {
    expect(
      ownersRefused(
        { of: 'postgres', database: undefined, to: 'ben' },
        { of: 'ben', database: undefined, to: 'root' },
      ),
    ).toMatchObject({ details: [line('ben')] });
  });

  test('to a trusted role without objection, and other objects to anyone', () => {
    expect(
      ownersRefused(
        { routine: 'app.audit()', to: 'root' },
        { routine: 'app.other()', to: 'ben' },
        { of: 'postgres', database: undefined, to: 'ben' },
        { of: 'root', database: 'other', to: 'ben' },
      ),
    ).toEqual([]);
  });
});
