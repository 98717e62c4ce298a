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

test('a policy in which nothing happened is no news', () => {
  expect(news(record(quiet), record(quiet))).toEqual([]);
});

test('a change is told once it is reported, and once only', () => {
  expect(news(record(quiet), record(changed))).toEqual([]);
  const told = [{ policy: 'default/shop', kind: 'repaired', sql: 'GRANT x;' }];
  expect(news(record(changed), record(reported))).toMatchObject(told);
  expect(news(record(quiet), record(reported))).toMatchObject(told);
  expect(news(record(reported), record(reported))).toEqual([]);
});

test('after a change of the policy itself it is no repair', () => {
  const after = record({ ...reported, observed_version: 'v2' }, 'v2');
  expect(news(record(quiet), after)).toMatchObject([{ kind: 'applied' }]);
});

test('trouble is told when it comes, when it becomes another, and when it goes', () => {
  const failing = (message: string) =>
    record({ ...quiet, conditions: [condition('Ready', 'False', 'SecretMissing', message)] });
  expect(news(record(quiet), failing('a'))).toEqual([
    { policy: 'default/shop', kind: 'failing', text: 'SecretMissing: a' },
  ]);
  expect(news(failing('a'), failing('a'))).toEqual([]);
  expect(news(failing('a'), failing('b'))).toMatchObject([{ text: 'SecretMissing: b' }]);
  expect(news(failing('a'), record(quiet))).toMatchObject([{ kind: 'ready', text: 'in sync' }]);
});

test('drift that is only published is told, and so is a policy that went away', () => {
  const drifted = condition('Drifted', 'True', 'DriftDetected', '1 change pending: +1 role');
  const after = record({ ...quiet, conditions: [ready, drifted] });
  expect(news(record(quiet), after)).toEqual([
    { policy: 'default/shop', kind: 'drifted', text: '1 change pending: +1 role' },
  ]);
  expect(news(record(quiet), undefined)).toMatchObject([{ kind: 'gone' }]);
});

test('a policy that comes back is told with what it changes now, not with what it changed then', () => {
  expect(news(undefined, record(quiet))).toMatchObject([{ kind: 'ready' }]);
  expect(news(undefined, record(reported))).toMatchObject([{ kind: 'applied', sql: 'GRANT x;' }]);
});

test('what is found outside a policy is told once, and when it is gone', () => {
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

test('what only others can revoke is told as drift, and not again as found', () => {
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
