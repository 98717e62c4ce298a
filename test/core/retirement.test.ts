import { describe, expect, test } from '@jest/globals';
import { checkPlan } from '../../core/plan/checks.ts';
import { type Answer, databasesElsewhere, withElsewhere } from '../../core/inspect/elsewhere.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live } from '../../core/live.ts';
import type { Statement } from '../../core/statement.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { Refusal } from '../../core/refusal.ts';
import { dueSteps, refuseEndlessSteps, statementsOf } from '../../core/plan/steps.ts';
import { retiredRow } from './retired-row.ts';
import { superuserLive } from './superuser.ts';
import { graphOf } from './parsed.ts';

const owned = {
  what: 'owned',
  where: 'here',
  revocable: false,
  granted: null,
  belonging: null,
  code: false,
  count: 1,
  objects: ['table app.t'],
};
const there: Answer = {
  database: 'other',
  rows: [{ ...retiredRow, database: 'other', login: true, dependencies: [owned] }],
};

function liveOf(manifest: string, mode?: Live['mode']): Live {
  return superuserLive(graphOf(manifest), mode);
}

function statementsFor(live: Live, row: object, answers: readonly Answer[] = []): Statement[] {
  const rows = withElsewhere(decodeRows([{ ...retiredRow, ...row }]), answers);
  const plan = planChanges(rows, live);
  checkPlan(plan, live);
  return renderPlan(plan, live, new Map());
}

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the steps of a retirement', () => {
  const manifest =
    'retirements: [{ role: legacy, reassign_owned_to: heir, drop_owned: true, terminate_sessions: true }]\nroles: [{ name: heir }]';
  const busy = {
    login: true,
    sessions: [{ application: 'web', address: '10.0.0.7', count: 2 }],
    elsewhere: ['other'],
  };

  test('come before the plan, with what they need first, each shown to people', () => {
    const statements = statementsFor(liveOf(manifest), busy, [there]);
    expect(dueSteps(statements)).toEqual([
      { stage: 'prepare', line: 'role legacy is retired: no new sessions' },
      { stage: 'end sessions', line: 'role legacy is retired: its sessions end' },
      {
        stage: 'clean',
        database: 'other',
        line: 'role legacy is retired: what it still owns in database other is dropped',
      },
    ]);
    expect(statementsOf(statements, { stage: 'prepare' }).map(({ text }) => text)).toEqual([
      'CREATE ROLE "heir" NOLOGIN',
      'ALTER ROLE "legacy" NOLOGIN',
    ]);
    expect(statementsOf(statements).map(({ text }) => text)).toEqual([
      'REASSIGN OWNED BY "legacy" TO "heir"',
      'DROP OWNED BY "legacy"',
      'DROP ROLE "legacy"',
    ]);
  });

  test('are not planned again after they were taken', () => {
    const cleared: Answer = { database: 'other', rows: [{ ...retiredRow, database: 'other' }] };
    const statements = statementsFor(liveOf(manifest), { elsewhere: ['other'] }, [cleared]);
    expect(dueSteps(statements)).toEqual([]);
  });

  test('do not exist in modes that drop nothing, and no other database is read', () => {
    for (const mode of ['adopt', 'additive'] as const) {
      const live = liveOf('retirements: [{ role: legacy }]', mode);
      expect(databasesElsewhere(decodeRows([{ ...retiredRow, ...busy }]), live)).toEqual([]);
      expect(statementsFor(live, busy)).toEqual([]);
    }
  });

  test('end, even if sessions return', () => {
    const due = [{ stage: 'end sessions', line: 'its sessions end' }] as const;
    refuseEndlessSteps(due, 4);
    const refusal = refusalOf(() => {
      refuseEndlessSteps(due, 5);
    });
    expect([refusal.code, refusal.message]).toEqual([
      'LockContention',
      'these steps are due again after 5 attempts: its sessions end',
    ]);
  });
});

describe('what prevents a retirement', () => {
  test.each([
    [
      {
        sessions: [
          { application: 'web', address: '10.0.0.7', count: 2 },
          { application: '', address: null, count: 1 },
        ],
      },
      'it has 3 open sessions: 2 of "web" from 10.0.0.7, 1 of no name',
      'Set terminate_sessions: true to end its sessions.',
    ],
    [
      { dependencies: [{ ...owned, count: 3, objects: ['view app.v', 'table app.t'] }] },
      'it owns 1 more object; owns table app.t; owns view app.v',
      'Set reassign_owned_to to pass on what it owns, or drop_owned to drop it.',
    ],
    [
      { login: true, dependencies: [{ ...owned, objects: ['table app.t'] }] },
      'it owns table app.t',
      'Set reassign_owned_to to pass on what it owns, or drop_owned to drop it. It can still log in and create more: to lock it out first, replace the retirement with a role entry with login: false.',
    ],
  ])('is reported with a remedy: %j', (row, message, hint) => {
    const refusal = refusalOf(() => statementsFor(liveOf('retirements: [{ role: legacy }]'), row));
    expect(refusal.message).toBe(`role "legacy" cannot be dropped: ${message}`);
    expect(refusal.hint).toBe(hint);
  });

  test('is listed only if one line cannot hold it all', () => {
    const names = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `table app.t${String(index)}`);
    const detailsOf = (count: number): readonly string[] => {
      const dependencies = [{ ...owned, count, objects: names(count) }];
      const live = liveOf('retirements: [{ role: legacy }]');
      return refusalOf(() => statementsFor(live, { dependencies })).details;
    };
    expect(detailsOf(5)).toEqual([]);
    expect(detailsOf(6)).toEqual(names(6).map((name) => `owns ${name}`));
  });

  test('in a database that cannot be read is unknown, and reported as that', () => {
    const live = liveOf('retirements: [{ role: legacy, drop_owned: true }]');
    const closed = { database: 'other', unreadable: 'permission denied for database "other"' };
    const refusal = refusalOf(() => statementsFor(live, { elsewhere: ['other'] }, [closed]));
    expect(refusal.message).toBe(
      'role "legacy" cannot be dropped: it has objects or privileges in database other, which pgwarden cannot inspect: permission denied for database "other"',
    );
  });

  test('is data without consent to its loss, and only that', () => {
    const holding = [{ owned: [null], count: 7, objects: ['table app.t', 'sequence app.s'] }];
    const row = { dependencies: [owned], holding };
    const drop = 'role: legacy, drop_owned: true';
    const refusal = refusalOf(() => statementsFor(liveOf(`retirements: [{ ${drop} }]`), row));
    expect(refusal.message).toBe(
      'role "legacy" cannot be dropped: it holds data in 7 objects (sequence app.s, table app.t and 5 more)',
    );
    const [dropOwned] = statementsFor(
      liveOf(`retirements: [{ ${drop}, allow_data_loss: true }]`),
      row,
    );
    expect(dropOwned).toMatchObject({ text: 'DROP OWNED BY "legacy"', risk: 'loses data' });
    const kept = statementsFor(
      liveOf(`roles: [{ name: heir }]\nretirements: [{ ${drop}, reassign_owned_to: heir }]`),
      row,
    );
    expect(kept.map(({ risk }) => risk)).not.toContain('loses data');
  });

  test('is a missing right of the connected role to drop it, found before any change', () => {
    const live = liveOf('retirements: [{ role: legacy }]');
    const manager = { ...live, server: { ...live.server, superuser: false, user: 'manager' } };
    const refusal = refusalOf(() => statementsFor(manager, {}));
    expect([refusal.code, refusal.message]).toEqual([
      'InsufficientPrivileges',
      'the connected role "manager" lacks CREATEROLE, the right to drop role "legacy", which is required for: role legacy is retired',
    ]);
  });
});
