import pg from 'pg';
import { ZodError } from 'zod';
import { visible } from '../core/control-characters.ts';
import type { ErrorCode } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from './contract.ts';
import { isError } from './is-error.ts';
import { fromSecret, withoutHidden, withoutPassword } from './redact.ts';
import { tlsHint } from './tls.ts';

/** Where an error happened: before there was a connection, on one, while reading, in an apply, or in its own statements. */
export type Stage = 'connect' | 'run' | 'inspect' | 'apply' | 'change';

/**
 * Any error as a Refusal with the code that decides when to try again. The one table of SQLSTATEs.
 * What PostgreSQL says is kept only where it cannot hold a secret: its `message`, never `where` or SQL, and `detail` only
 * where it lists the objects that depend on something.
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

/** Of the network, of TLS and of the login. */
function refusalOf(error: unknown, isHidden: boolean, target: ConnectionTarget): Refusal {
  if (!isError(error)) return unreachable('unknown error', target);
  if (error.message.startsWith('SASL: ')) return loginFailed(error, isHidden);
  return unreachable(reasonOf(error, isHidden), target, tlsHint(error));
}

/**
 * What a server says to a login repeats names. Where they came from Secrets, its words are not repeated at all: a name that is a
 * common word would show by being left out.
 */
function ownWords(state: string): string {
  switch (state) {
    case '28P01':
      return 'the server refused the user or its password';
    case '28000':
      return 'the server does not let this user log in from here to this database in this way';
    case '3D000':
      return 'the server has no such database';
    default:
      return 'the server refused the login';
  }
}

/** ECONNREFUSED says all; the codes of TLS errors say less than their messages, which name the host. */
function reasonOf(error: Error, isHidden: boolean): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const isEnough = isHidden || 'syscall' in error;
  return isEnough && code !== undefined ? code : oneLine(error.message);
}

function notUnderstood(error: Error): Refusal {
  return new Refusal(
    'Internal',
    `pgwarden did not understand the server (${error.name})`,
    'Check that this is a PostgreSQL server. If it is, this is a defect: please report it.',
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
  'A role of the policy passed a privilege on to a role outside it: revoke that first, or declare the other role.';

const settings =
  'Correct it in config or database_config of the role or profile; everything was rolled back.';

const closedDatabase =
  'Connect to another database, or let sessions in: ALTER DATABASE ... ALLOW_CONNECTIONS true.';

/** Some codes say too little of what to do. Without a match, as in another language, the hint is that of the code. */
function hintByState(state: string, code: ErrorCode, message: string): string | undefined {
  if (state === '2BP01' && code === 'ApplyFailed') return onwards;
  if (state === '55000' && code === 'DatabaseAuthenticationFailed') return closedDatabase;
  if (/^(unrecognized configuration|invalid value for) parameter/.test(message)) return settings;
  return undefined;
}

/** What holds at every stage, unless `codeFor` says otherwise. */
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

/** Some states say too little: the message tells what else they mean. PostgreSQL never translates the first. */
function codeByMessage(state: string, message: string): ErrorCode | undefined {
  // Two writers met on one catalog row.
  if (state === 'XX000' && message.startsWith('tuple concurrently')) return 'LockContention';
  // What was dropped while it was read. These are not translated either.
  if (
    state === 'XX000' &&
    /^(cache lookup failed|could not open relation with OID|could not find tuple)/.test(message)
  )
    return 'LockContention';
  // A setting of a role: no parameter is made or dropped meanwhile.
  if (state === '42704' && message.startsWith('unrecognized configuration parameter'))
    return 'MissingDatabaseObject';
  // Not a role's objects, but what it granted onwards to roles outside the policy.
  if (state === '2BP01' && message === 'dependent privileges exist') return 'ApplyFailed';
  return undefined;
}

/** Objects, columns and roles that are missing. */
const missing = ['42P01', '42703', '42883', '42704', '3F000', '3D000'];

/** To look, no name of a policy is resolved: what is missing went meanwhile, or the server has other catalogs. */
const missingWhen: Partial<Record<Stage, ErrorCode>> = {
  connect: 'DatabaseAuthenticationFailed',
  inspect: 'DatabaseInspectionFailed',
  change: 'PlanChanged',
};

/** Objects of another type, or there already: a plan speaks of what was there a moment ago, and makes what was not. */
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

/** System errors and internal errors, which are about no login. */
const isOwnTrouble = (state: string): boolean => state.startsWith('58') || state.startsWith('XX');

const hints: Partial<Record<ErrorCode, string>> & { readonly ApplyFailed: string } = {
  DatabaseAuthenticationFailed: 'Check user, password and database name of the connection.',
  InsufficientPrivileges:
    'Connect with a role that may do this, or grant it what the message names.',
  MissingDatabaseObject:
    'Create the missing object, remove it from the policy, or check the database.',
  UnsafeRoleDrops: 'Set reassign_owned_to or drop_owned, or remove what depends on it first.',
  PlanChanged: 'Another session made or dropped it meanwhile; a new plan is made within seconds.',
  LockContention: 'Another session changes the same things; this is tried again within seconds.',
  DatabaseTimeout:
    'A statement ran longer than allowed and everything was rolled back; see what else the server is doing.',
  DatabaseInspectionFailed: 'PostgreSQL refused to read its catalogs; the SQLSTATE says why.',
  ApplyFailed:
    'PostgreSQL refused a statement and everything was rolled back; the SQLSTATE says why.',
};

function unreachable(reason: string, target: ConnectionTarget, hint = unreachableHint): Refusal {
  return new Refusal(
    'DatabaseConnectionFailed',
    `cannot reach ${serverName(target)}: ${reason}`,
    hint,
  );
}

/** What to do where the server can be reached all the same. */
const helpByState: Readonly<Record<string, string>> = {
  // Anyone with CONNECT can fill the table of locks that all sessions of a server share.
  '53200':
    'Find the session that holds most of the locks in pg_locks and end it, or raise max_locks_per_transaction.',
  '25006': 'Connect to a server that accepts writes: this one is read-only.',
};

/** node-postgres says so of a SCRAM login that the server does not carry out as it must. */
function loginFailed({ message }: Error, isHidden: boolean): Refusal {
  const reason = isHidden ? '' : `: ${oneLine(message).replace(/^SASL: /, '')}`;
  return new Refusal(
    'DatabaseAuthenticationFailed',
    `the login by SCRAM failed${reason}`,
    'Check that this is your server, and that its scram_iterations is not above 1000000.',
  );
}

const unreachableHint =
  'Check that the server runs and that host and port can be reached from here.';

function serverName({ host, port, database, hidden = [] }: ConnectionTarget): string {
  const shown = (name: string, text = name) => (hidden.includes(name) ? fromSecret : text);
  const place = `${shown(host)}:${shown(String(port))}`;
  return `database ${shown(database, JSON.stringify(database))} at ${place}`;
}

/** A refusal of our own whose texts name the server. Names that came from Secrets are left out of it. */
export function refusalAbout(
  target: ConnectionTarget,
  code: ErrorCode,
  texts: (server: string) => readonly [message: string, hint: string],
): Refusal {
  return withoutHidden(new Refusal(code, ...texts(serverName(target))), target);
}

const longestMessage = 500;

/** Cut only when names that came from Secrets were left out: of one that is cut in the middle, a part would stay. */
const longestRead = 20 * longestMessage;

/** On one line, and without anything by which a server could control the terminal that shows it. */
function oneLine(text: string): string {
  return visible(text.slice(0, longestRead).replaceAll(/\s+/g, ' '));
}
