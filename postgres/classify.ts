import pg from 'pg';
import { ZodError } from 'zod';
import { visible } from '../core/control-characters.ts';
import type { ErrorCode } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { isError } from './is-error.ts';
import { fromSecret, withoutHidden, withoutPassword } from './redact.ts';
import { tlsHint } from './tls.ts';

/**
 * Where an error happened: while connecting, on a connection, while reading, during an apply, or in a statement of the
 * plan.
 */
export type Stage = 'connect' | 'run' | 'inspect' | 'apply' | 'change';

/**
 * Converts any error to a Refusal with the code that decides when to retry. This is the only table of SQLSTATEs.
 * It keeps only texts of PostgreSQL that cannot contain a secret: its `message`, never `where` or SQL, and `detail`
 * only if it lists dependent objects.
 * Source: PostgreSQL manual, appendix A.
 */
export function classifyError(error: unknown, stage: Stage, target: ConnectionTarget): Refusal {
  if (error instanceof Refusal) return withoutPassword(error, target);
  const { code, message, hint, details } = withoutHidden(classified(error, stage, target), target);
  return new Refusal(code, message.slice(0, longestMessage), hint, details);
}

function classified(error: unknown, stage: Stage, target: ConnectionTarget): Refusal {
  const isHidden = stage === 'connect' && target.hidden !== undefined;
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const message = isHidden ? ownWords(error.code) : oneLine(error.message);
    const refusal = refusalFor(error.code, message, stage, target);
    return error.code === '2BP01' ? withDependents(refusal, error.detail) : refusal;
  }
  if (error instanceof ZodError || error instanceof RangeError || error instanceof TypeError)
    return notUnderstood(error);
  return refusalOf(error, isHidden, target);
}

/** Errors of the network, of TLS and of the login. */
function refusalOf(error: unknown, isHidden: boolean, target: ConnectionTarget): Refusal {
  if (!isError(error)) return unreachable('unknown error', target);
  if (error.message.startsWith('SASL: ')) return loginFailed(error, isHidden);
  return unreachable(reasonOf(error, isHidden), target, tlsHint(error));
}

/**
 * A server repeats names in its login errors. If they came from Secrets, its message is not shown at all, because
 * leaving out a name that is a common word would reveal it.
 */
function ownWords(state: string): string {
  switch (state) {
    case '28P01':
      return 'the server rejected the user or the password';
    case '28000':
      return 'the server does not allow this user to log in to this database from this address with this method';
    case '3D000':
      return 'the server does not have this database';
    default:
      return 'the server rejected the login';
  }
}

/** System codes such as ECONNREFUSED are clear; for TLS errors the message says more, because it names the host. */
function reasonOf(error: Error, isHidden: boolean): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const isEnough = isHidden || 'syscall' in error;
  return isEnough && code !== undefined ? code : oneLine(error.message);
}

function notUnderstood(error: Error): Refusal {
  return new Refusal(
    'Internal',
    `pgwarden cannot interpret the response of the server (${error.name})`,
    'Check that this is a PostgreSQL server. If it is, report a defect.',
    [oneLine(error.message).slice(0, longestMessage)],
  );
}

function refusalFor(
  state: string,
  message: string,
  stage: Stage,
  target: ConnectionTarget,
): Refusal {
  const code = codeByMessage(state, message) ?? codeFor(state, stage);
  if (code === 'DatabaseConnectionFailed') return unreachable(message, target, helpByState[state]);
  const hint = hintByState(state, code, message) ?? hints[code] ?? hints.ApplyFailed;
  return new Refusal(code, `${message} (SQLSTATE ${state})`, hint);
}

function withDependents(refusal: Refusal, detail = ''): Refusal {
  const lines = detail
    .split('\n')
    .filter((line) => line !== '')
    .map(oneLine);
  if (lines.length === 0) return refusal;
  const { code, message, hint } = refusal;
  return new Refusal(code, oneLine(`${message}: ${lines.join(', ')}`), hint, lines);
}

const onwards =
  'Revoke the privilege that a role of the policy granted to a role outside of it, or declare the other role.';

const settings =
  'Correct it in config or database_config of the role or profile. pgwarden rolled everything back.';

const closedDatabase =
  'Connect to another database, or allow connections: ALTER DATABASE ... ALLOW_CONNECTIONS true.';

/**
 * More specific hints by message, for codes whose hint is too general. Without a match, e.g. for a message in another
 * language, the hint of the code applies.
 */
function hintByState(state: string, code: ErrorCode, message: string): string | undefined {
  if (state === '2BP01' && code === 'ApplyFailed') return onwards;
  if (state === '55000' && code === 'DatabaseAuthenticationFailed') return closedDatabase;
  if (/^(unrecognized configuration|invalid value for) parameter/.test(message)) return settings;
  return undefined;
}

/** Codes for every stage, unless `codeFor` decides otherwise. */
const byState: Readonly<Record<string, ErrorCode>> = {
  '28P01': 'DatabaseAuthenticationFailed',
  '28000': 'DatabaseAuthenticationFailed',
  '3D000': 'DatabaseAuthenticationFailed',
  '42501': 'InsufficientPrivileges',
  '3F000': 'MissingDatabaseObject',
  '42P01': 'MissingDatabaseObject',
  '42883': 'MissingDatabaseObject',
  '42704': 'MissingDatabaseObject',
  '2BP01': 'UnsafeRoleDrops',
  '55P03': 'LockContention',
  '40000': 'LockContention',
  '40001': 'LockContention',
  '40P01': 'LockContention',
  '72000': 'LockContention',
  '25006': 'DatabaseConnectionFailed',
  '40003': 'DatabaseConnectionFailed',
  '57014': 'DatabaseTimeout',
  '25P03': 'DatabaseTimeout',
  '25P04': 'DatabaseTimeout',
};

/** Some SQLSTATEs are ambiguous, so the message decides. PostgreSQL never translates the first one. */
function codeByMessage(state: string, message: string): ErrorCode | undefined {
  // Two writers changed the same catalog row.
  if (state === 'XX000' && message.startsWith('tuple concurrently')) return 'LockContention';
  // Objects that were dropped while they were read. PostgreSQL does not translate these messages
  // either.
  if (
    state === 'XX000' &&
    /^(cache lookup failed|could not open relation with OID|could not find tuple)/.test(message)
  )
    return 'LockContention';
  // A setting of a role: parameters are not created or dropped during a plan.
  if (state === '42704' && message.startsWith('unrecognized configuration parameter'))
    return 'MissingDatabaseObject';
  // Not objects of a role, but privileges that it granted to roles outside the policy.
  if (state === '2BP01' && message === 'dependent privileges exist') return 'ApplyFailed';
  return undefined;
}

/** Objects, columns and roles that are missing. */
const missing = ['42P01', '42703', '42883', '42704', '3F000', '3D000'];

/**
 * Reading resolves no name of a policy: a missing object was dropped in the meantime, or the server has other catalogs.
 */
const missingWhen: Partial<Record<Stage, ErrorCode>> = {
  connect: 'DatabaseAuthenticationFailed',
  inspect: 'DatabaseInspectionFailed',
  change: 'PlanChanged',
};

/** Objects that have another type or exist already, because they changed after the plan was made. */
const others = ['42809', '42710', '42723', '42P06', '42P07', '23505'];

function codeFor(state: string, stage: Stage): ErrorCode {
  if (stage === 'change' && others.includes(state)) return 'PlanChanged';
  const known = (missing.includes(state) ? missingWhen[stage] : undefined) ?? byState[state];
  return known ?? (isUnreachable.test(state) ? 'DatabaseConnectionFailed' : unknown(state, stage));
}

/** connection_exception, insufficient_resources, and shutdowns. */
const isUnreachable = /^(08|53|57P)/;

function unknown(state: string, stage: Stage): ErrorCode {
  switch (stage) {
    case 'connect':
      return isOwnTrouble(state) ? 'DatabaseConnectionFailed' : 'DatabaseAuthenticationFailed';
    case 'inspect':
      return 'DatabaseInspectionFailed';
    case 'run':
    case 'apply':
    case 'change':
      return 'ApplyFailed';
  }
}

/** System errors and internal errors, which are not about the login. */
const isOwnTrouble = (state: string): boolean => state.startsWith('58') || state.startsWith('XX');

const hints: Partial<Record<ErrorCode, string>> & { readonly ApplyFailed: string } = {
  DatabaseAuthenticationFailed: 'Check the user, password and database name of the connection.',
  InsufficientPrivileges:
    'Connect with a role that may do this, or grant the connected role what the message names.',
  MissingDatabaseObject:
    'Create the missing object, remove it from the policy, or check the database.',
  UnsafeRoleDrops: 'Set reassign_owned_to or drop_owned, or first remove what depends on the role.',
  PlanChanged:
    'Wait: another session created or dropped it, and pgwarden makes a new plan within seconds.',
  LockContention:
    'Wait: another session is changing the same objects, and pgwarden retries within seconds.',
  DatabaseTimeout:
    'Check the load of the server: a statement ran longer than allowed, and pgwarden rolled everything back.',
  DatabaseInspectionFailed: 'Look up the SQLSTATE: PostgreSQL did not allow reading its catalogs.',
  ApplyFailed:
    'Look up the SQLSTATE: PostgreSQL rejected a statement, and pgwarden rolled everything back.',
};

function unreachable(reason: string, target: ConnectionTarget, hint = unreachableHint): Refusal {
  return new Refusal(
    'DatabaseConnectionFailed',
    `cannot reach ${serverName(target)}: ${reason}`,
    hint,
  );
}

/** Hints for errors of a server that is reachable. */
const helpByState: Readonly<Record<string, string>> = {
  // Anyone with CONNECT can fill the lock table that all sessions of a server share.
  '53200':
    'Find the session that holds most of the locks in pg_locks and end it, or raise max_locks_per_transaction.',
  '25006': 'Connect to a server that accepts writes: this one is read-only.',
};

/** node-postgres reports this if the server violates the SCRAM protocol. */
function loginFailed({ message }: Error, isHidden: boolean): Refusal {
  const reason = isHidden ? '' : `: ${oneLine(message).replace(/^SASL: /, '')}`;
  return new Refusal(
    'DatabaseAuthenticationFailed',
    `the SCRAM login failed${reason}`,
    'Check that this is your server, and that its scram_iterations is not above 1000000.',
  );
}

const unreachableHint =
  'Check that the server is running and that host and port are reachable from here.';

function serverName({ host, port, database, hidden = [] }: ConnectionTarget): string {
  const shown = (name: string, text = name) => (hidden.includes(name) ? fromSecret : text);
  const place = `${shown(host)}:${shown(String(port))}`;
  return `database ${shown(database, JSON.stringify(database))} at ${place}`;
}

/** A refusal of pgwarden whose texts name the server. Names from Secrets are left out of it. */
export function refusalAbout(
  target: ConnectionTarget,
  code: ErrorCode,
  texts: (server: string) => readonly [message: string, hint: string],
): Refusal {
  return withoutHidden(new Refusal(code, ...texts(serverName(target))), target);
}

const longestMessage = 500;

/** Truncated only after names from Secrets were removed: otherwise part of a truncated name would remain. */
const longestRead = 20 * longestMessage;

/** Puts text on one line, without characters that could control a terminal. */
function oneLine(text: string): string {
  return visible(text.slice(0, longestRead).replaceAll(/\s+/g, ' '));
}
