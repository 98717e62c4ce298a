import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../activities/contract.ts';
import { eventsBetween } from '../../activities/status/events.ts';
import { nextStatus } from '../../activities/status/next-status.ts';
import { reconciling } from '../../activities/status/reconciling.ts';
import { cut } from '../../activities/sql-text.ts';
import { type Finding, findingReport } from '../../core/finding.ts';
import { summarizeChanges } from '../../core/plan/summary.ts';
import type { PolicyStatus } from '../../sources/source.ts';

const nothing = summarizeChanges([]);
const three = { ...nothing, grants_added: 3, total: 3 };

const inSync: Observation = { kind: 'inSync' };
const applied: Observation = { kind: 'applied', summary: three, line: '+3 grants' };
const planned: Observation = { kind: 'planned', summary: three, line: '+3 grants' };
const planClean: Observation = { kind: 'planned', summary: nothing, line: 'no changes' };
const suspended: Observation = { kind: 'suspended' };
const since = '2026-01-01T00:00:00.000Z';
const queued: Observation = { kind: 'queued', line: '+3 grants', since };
const conflict = refused('ConflictingPolicy');
const unreachable = refused('DatabaseConnectionFailed');

const outside = {
  code: 'OutsidePolicy',
  role: 'ana',
  message: 'role "ana" has privileges on 12 tables in schema "old 3"',
} as const;
const unrevocable = {
  code: 'Unrevocable',
  role: 'bob',
  message: 'only "eve" can revoke 1',
} as const;
const found = (...first: readonly Finding[]): Observation => {
  const report = findingReport(first);
  return { kind: 'inSync', ...(report === undefined ? {} : { findings: report }) };
};

function refused(
  code: 'ConflictingPolicy' | 'DatabaseConnectionFailed' | 'UnsafeRoleDrops',
): Observation {
  return { kind: 'refused', refusal: { code, message: `${code} it is`, hint: '' }, failures: 2 };
}

const fresh: PolicyStatus = { conditions: [] };

function after(status: PolicyStatus, observation: Observation, seconds = 0): PolicyStatus {
  const now = new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
  return nextStatus(status, { observation, version: 'v1', now });
}

function transitionsOf(...observations: Observation[]): string[] {
  let status = fresh;
  return observations.flatMap((observation) => {
    const before = status;
    status = after(before, observation);
    return eventsBetween(before, status, observation).map(({ reason }) => reason);
  });
}

function conditions({ conditions }: PolicyStatus): string[] {
  return conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
}

describe('conditions', () => {
  test.each([
    [inSync, ['Ready True Reconciled', 'Drifted False InSync']],
    [applied, ['Ready True Reconciled', 'Drifted False InSync']],
    [planned, ['Ready True Planned', 'Drifted True DriftDetected']],
    [planClean, ['Ready True Planned', 'Drifted False InSync']],
    [found(outside), ['Ready True Reconciled', 'Drifted False InSync']],
    [found(outside, unrevocable), ['Ready True Reconciled', 'Drifted True Unrevocable']],
    [suspended, ['Ready False Suspended', 'Paused True Suspended']],
    [queued, ['Ready False Queued', 'Reconciling True Queued', 'Drifted True Queued']],
    [
      unreachable,
      ['Ready False DatabaseConnectionFailed', 'Degraded True DatabaseConnectionFailed'],
    ],
    [
      conflict,
      [
        'Ready False ConflictingPolicy',
        'Degraded True ConflictingPolicy',
        'Conflict True ConflictingPolicy',
        'Stalled True ConflictingPolicy',
      ],
    ],
  ])('after %o', (observation, expected) => {
    expect(conditions(after(fresh, observation))).toEqual(expected);
  });

  test('Stalled is true only if a person must act, and no longer once pgwarden checks a new spec', () => {
    const stalled = after(fresh, refused('UnsafeRoleDrops'));
    expect(conditions(stalled)).toEqual([
      'Ready False UnsafeRoleDrops',
      'Degraded True UnsafeRoleDrops',
      'Stalled True UnsafeRoleDrops',
    ]);
    expect(conditions(reconciling(stalled, new Date(0)))).toEqual([
      'Ready Unknown Reconciling',
      'Reconciling True Reconciling',
      'Degraded True UnsafeRoleDrops',
    ]);
  });

  test('the time of a condition moves only when its status does', () => {
    const first = after(fresh, inSync, 1);
    const second = after(first, applied, 2);
    const third = after(second, unreachable, 3);
    const times = [first, second, third].map(
      (status) => status.conditions[0]?.last_transition_time,
    );
    expect(times.map((time) => time?.slice(17, 19))).toEqual(['01', '01', '03']);
  });
});

describe('the rest of a status', () => {
  test('a success clears the error and the count of failures', () => {
    const failing = after(fresh, unreachable);
    expect(failing).toMatchObject({
      last_error: 'DatabaseConnectionFailed it is',
      transient_failure_count: 2,
    });
    const recovered = after(failing, inSync);
    expect(recovered.last_error).toBeUndefined();
    expect(recovered).toMatchObject({ transient_failure_count: 0, observed_version: 'v1' });
  });

  test('planned SQL stays while the plan is current, and is removed when anything else happens', () => {
    const published = { ...after(fresh, planned), planned_sql: 'GRANT;' };
    expect(after(published, planned).planned_sql).toBe('GRANT;');
    for (const observation of [inSync, applied, unreachable, suspended, queued, conflict]) {
      expect(after(published, observation).planned_sql).toBeUndefined();
    }
  });

  test('claims and password versions are kept in every case', () => {
    const owning: PolicyStatus = {
      ...fresh,
      owned_roles: ['app'],
      claimed_since: '2026-01-01T00:00:00.000Z',
      applied_password_source_versions: { app: 'v1:ab:cd' },
      applied_password_server: '0123456789abcdef',
    };
    for (const observation of [
      inSync,
      applied,
      planned,
      unreachable,
      suspended,
      queued,
      conflict,
    ]) {
      expect(after(owning, observation)).toMatchObject({
        ...owning,
        conditions: expect.anything(),
      });
    }
  });
});

describe('findings', () => {
  test('stay in the status until a check finds none: drift first, with their number and the first twenty', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...outside, role: String(index) }));
    const status = after(fresh, found(...many, unrevocable));
    expect(status.finding_count).toBe(31);
    expect(status.findings).toHaveLength(20);
    expect(status.findings?.[0]).toEqual(unrevocable);
    expect(after(status, unreachable).findings).toEqual(status.findings);
    expect(after(status, suspended).finding_count).toBe(31);
    expect(after(status, inSync)).not.toHaveProperty('findings');
    expect(after(status, inSync)).not.toHaveProperty('finding_count');
  });

  test('cause an event when they are new and when all have disappeared, not when a count changes', () => {
    const more = { ...outside, message: outside.message.replace('12', '13') };
    const elsewhere = { ...outside, message: outside.message.replace('old 3', 'old 4') };
    expect(transitionsOf(inSync, found(outside), found(outside), found(more))).toEqual([
      'Reconciled',
      'OutsidePolicy',
    ]);
    expect(
      transitionsOf(found(outside), found(outside, elsewhere, unrevocable), inSync).slice(2),
    ).toEqual(['Unrevocable', 'OutsidePolicy', 'FindingsGone']);
  });
});

describe('events', () => {
  test.each([
    ['a first success', [inSync, inSync], ['Reconciled']],
    ['each change', [applied, applied], ['Reconciled', 'Reconciled']],
    [
      'failure once, and recovery',
      [inSync, unreachable, unreachable, inSync],
      ['Reconciled', 'DatabaseConnectionFailed', 'Recovered'],
    ],
    [
      'a conflict and its end',
      [conflict, applied],
      ['ConflictDetected', 'ConflictResolved', 'Recovered'],
    ],
    [
      'a repair that waits too long for its turn',
      [inSync, queued, queued, applied],
      ['Reconciled', 'RepairQueued', 'Reconciled'],
    ],
    ['suspension and resumption', [suspended, suspended, inSync], ['Suspended', 'Reconciled']],
    ['drift in mode plan', [planned, planned, planClean], ['DriftDetected', 'PlanClean']],
    ['an unsafe drop', [refused('UnsafeRoleDrops')], ['UnsafeRoleDropsBlocked']],
  ])('report %s', (_what, observations, expected) => {
    expect(transitionsOf(...observations)).toEqual(expected);
  });
});

describe('SQL in a status', () => {
  test('is complete if it fits', () => {
    expect(cut('SELECT 1;\n')).toBe('SELECT 1;\n');
  });

  test('is cut after a line, with a marker, at 16 KiB', () => {
    const text = cut('GRANT SELECT ON "ÄÖÜ" TO "ß";\n'.repeat(1_000));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16 * 1024);
    expect(text.endsWith(';\n-- truncated for status --\n')).toBe(true);
  });
});
