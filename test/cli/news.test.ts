import { expect, test } from '@jest/globals';
import { newsBetween, type News } from '../../cli/dev/news.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Condition, PolicyRecord, PolicyStatus } from '../../sources/source.ts';

const refusal = new Refusal('InvalidSpec', 'the content does not matter here', '');

function record(status: Partial<PolicyStatus>, version = 'v1'): PolicyRecord {
  const ref = { namespace: 'default', name: 'shop' };
  return { ref, version, content: { refusal }, status: { conditions: [], ...status } };
}

function news(before: PolicyRecord | undefined, after: PolicyRecord | undefined): News[] {
  const known = (policy: PolicyRecord | undefined) =>
    new Map(policy === undefined ? [] : [['default/shop', policy]]);
  return newsBetween(known(before), known(after), '2026-01-01T00:00:30.000Z');
}

function condition(
  type: Condition['type'],
  status: Condition['status'],
  reason: string,
  message: string,
): Condition {
  return { type, status, reason, message, last_transition_time: '' };
}

const ready = condition('Ready', 'True', 'Reconciled', 'In sync');
const quiet = {
  conditions: [ready],
  observed_version: 'v1',
  last_change_time: '2026-01-01T00:00:00.000Z',
  last_successful_reconcile_time: '2026-01-01T00:00:01.000Z',
};
const changed = { ...quiet, last_change_time: '2026-01-01T00:01:00.000Z', applied_sql: 'GRANT x;' };
const reported = { ...changed, last_successful_reconcile_time: '2026-01-01T00:01:00.000Z' };

test('an unchanged policy is not reported', () => {
  expect(news(record(quiet), record(quiet))).toEqual([]);
});

test('a change is reported once, when its summary is in the status', () => {
  expect(news(record(quiet), record(changed))).toEqual([]);
  const expected = [{ policy: 'default/shop', kind: 'repaired', sql: 'GRANT x;' }];
  expect(news(record(changed), record(reported))).toMatchObject(expected);
  expect(news(record(quiet), record(reported))).toMatchObject(expected);
  expect(news(record(reported), record(reported))).toEqual([]);
});

test('a change after an edit of the policy is applied, not repaired', () => {
  const after = record({ ...reported, observed_version: 'v2' }, 'v2');
  expect(news(record(quiet), after)).toMatchObject([{ kind: 'applied' }]);
});

test('an error is reported when it appears, changes or disappears', () => {
  const failing = (message: string) =>
    record({ ...quiet, conditions: [condition('Ready', 'False', 'SecretMissing', message)] });
  expect(news(record(quiet), failing('a'))).toEqual([
    { policy: 'default/shop', kind: 'failing', text: 'SecretMissing: a' },
  ]);
  expect(news(failing('a'), failing('a'))).toEqual([]);
  expect(news(failing('a'), failing('b'))).toMatchObject([{ text: 'SecretMissing: b' }]);
  expect(news(failing('a'), record(quiet))).toMatchObject([{ kind: 'ready', text: 'in sync' }]);
});

test('drift that is not repaired and a deleted policy are reported', () => {
  const drifted = condition('Drifted', 'True', 'DriftDetected', '1 change pending: +1 role');
  const after = record({ ...quiet, conditions: [ready, drifted] });
  expect(news(record(quiet), after)).toEqual([
    { policy: 'default/shop', kind: 'drifted', text: '1 change pending: +1 role' },
  ]);
  expect(news(record(quiet), undefined)).toMatchObject([{ kind: 'gone' }]);
});

test('a policy that is created again is reported with its new changes, not with its old ones', () => {
  expect(news(undefined, record(quiet))).toMatchObject([{ kind: 'ready' }]);
  expect(news(undefined, record(reported))).toMatchObject([{ kind: 'applied', sql: 'GRANT x;' }]);
});

test('a finding is reported once, and again when it disappears', () => {
  const finding = {
    code: 'OutsidePolicy',
    role: 'ana',
    message: 'role "ana" owns 1 table',
  } as const;
  const found = record({ ...quiet, findings: [finding], finding_count: 1 });
  const kind = 'found';
  expect(news(record(quiet), found)).toEqual([
    { policy: 'default/shop', kind, text: 'OutsidePolicy: role "ana" owns 1 table' },
  ]);
  expect(news(found, found)).toEqual([]);
  expect(news(found, record(quiet))).toMatchObject([{ kind }]);
});

test('access that only others can revoke is reported as drift, and not also as a finding', () => {
  const message = 'PUBLIC has undeclared SELECT on t';
  const drifted = record({
    ...quiet,
    conditions: [ready, condition('Drifted', 'True', 'Unrevocable', message)],
    findings: [{ code: 'Unrevocable', role: 'PUBLIC', message }],
    finding_count: 1,
  });
  expect(news(record(quiet), drifted)).toEqual([
    { policy: 'default/shop', kind: 'drifted', text: message },
  ]);
});
