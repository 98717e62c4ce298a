import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { ErrorCode } from '../../core/error-codes.ts';
import { failureClass } from '../../core/error-codes.ts';
import type { Stage } from '../../postgres/classify.ts';
import { classifyError } from '../../postgres/classify.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';

const target = targetFromUrl('postgresql://ana:secret@db.example:5432/shop');

function said(state: string, message: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, message.length, 'error');
  error.code = state;
  return error;
}

const classOf = (state: string, stage: Stage, message: string): string => {
  const { code } = classifyError(said(state, message), stage, target);
  return `${code} (${failureClass(code)})`;
};

const afterLogin = ['run', 'inspect', 'apply', 'change'] as const;

/** The class of each SQLSTATE after the login, in every phase. */
const everywhere: readonly (readonly [state: string, what: string, code: ErrorCode])[] = [
  ['08000', 'connection_exception', 'DatabaseConnectionFailed'],
  ['08006', 'connection_failure', 'DatabaseConnectionFailed'],
  ['08P01', 'protocol_violation', 'DatabaseConnectionFailed'],
  ['25006', 'read_only_sql_transaction', 'DatabaseConnectionFailed'],
  ['25P03', 'idle_in_transaction_session_timeout', 'DatabaseTimeout'],
  ['25P04', 'transaction_timeout', 'DatabaseTimeout'],
  ['2BP01', 'dependent_objects_still_exist', 'UnsafeRoleDrops'],
  ['40000', 'transaction_rollback', 'LockContention'],
  ['40001', 'canceling statement due to conflict with recovery', 'LockContention'],
  ['40003', 'statement_completion_unknown', 'DatabaseConnectionFailed'],
  ['40P01', 'deadlock_detected', 'LockContention'],
  ['42501', 'insufficient_privilege', 'InsufficientPrivileges'],
  ['53100', 'disk_full', 'DatabaseConnectionFailed'],
  ['53200', 'out of shared memory', 'DatabaseConnectionFailed'],
  ['53300', 'too_many_connections', 'DatabaseConnectionFailed'],
  ['55P03', 'lock_not_available', 'LockContention'],
  ['57014', 'query_canceled', 'DatabaseTimeout'],
  ['57P01', 'admin_shutdown', 'DatabaseConnectionFailed'],
  ['57P02', 'crash_shutdown', 'DatabaseConnectionFailed'],
  ['57P03', 'the database system is starting up', 'DatabaseConnectionFailed'],
  ['57P04', 'database_dropped', 'DatabaseConnectionFailed'],
  ['57P05', 'idle_session_timeout', 'DatabaseConnectionFailed'],
  ['72000', 'snapshot_too_old', 'LockContention'],
  ['XX000', 'tuple concurrently updated', 'LockContention'],
  ['XX000', 'tuple concurrently deleted', 'LockContention'],
  ['XX000', 'cache lookup failed for type 16385', 'LockContention'],
  ['XX000', 'could not find tuple for default ACL 16385', 'LockContention'],
  ['XX000', 'could not open relation with OID 16385', 'LockContention'],
];

test.each(everywhere)('SQLSTATE %s (%s) is %s in every phase', (state, message, code) => {
  const classes = afterLogin.map((stage) => classOf(state, stage, message));
  expect(new Set(classes)).toEqual(new Set([`${code} (${failureClass(code)})`]));
});

/** Other SQLSTATEs mean different things at the login, in a check, and while changes are made. */
const byStage: readonly (readonly [
  state: string,
  what: string,
  ...codes: readonly [connect: ErrorCode, inspect: ErrorCode, apply: ErrorCode, change: ErrorCode],
])[] = [
  ...['3F000', '42P01', '42704', '42883'].map(
    (state) =>
      [
        state,
        'something is missing',
        'DatabaseAuthenticationFailed',
        'DatabaseInspectionFailed',
        'MissingDatabaseObject',
        'PlanChanged',
      ] as const,
  ),
  ...['42710', '42723', '42809', '42P06', '42P07', '23505'].map(
    (state) =>
      [
        state,
        'something else is there',
        'DatabaseAuthenticationFailed',
        'DatabaseInspectionFailed',
        'ApplyFailed',
        'PlanChanged',
      ] as const,
  ),
  ...['0A000', '42601', '54000', 'P0001'].map(
    (state) =>
      [
        state,
        'another refusal',
        'DatabaseAuthenticationFailed',
        'DatabaseInspectionFailed',
        'ApplyFailed',
        'ApplyFailed',
      ] as const,
  ),
  ...['58030', 'XX000', 'XX001'].map(
    (state) =>
      [
        state,
        'trouble of the server',
        'DatabaseConnectionFailed',
        'DatabaseInspectionFailed',
        'ApplyFailed',
        'ApplyFailed',
      ] as const,
  ),
];

describe('at the login, in a check, before and in the statements of a plan', () => {
  test.each(byStage)('SQLSTATE %s (%s) is %s, %s, %s, %s', (state, message, ...codes) => {
    const stages = ['connect', 'inspect', 'apply', 'change'] as const;
    const classes = stages.map((stage) => classOf(state, stage, message));
    expect(classes).toEqual(codes.map((code) => `${code} (${failureClass(code)})`));
  });
});

test.each(['28P01', '28000', '3D000', '55000'])(
  'a login that is refused with SQLSTATE %s waits for a free connection',
  (state) => {
    expect(classOf(state, 'connect', 'no')).toBe('DatabaseAuthenticationFailed (refused)');
  },
);
