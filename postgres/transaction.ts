import { quoteIdentifier } from '../core/sql.ts';

type Characteristics =
  | 'READ COMMITTED READ WRITE'
  | 'READ COMMITTED READ ONLY'
  | 'REPEATABLE READ READ WRITE'
  | 'REPEATABLE READ READ ONLY';

/** Timeout for each statement of a transaction that writes. */
export const writeStatementMs = 120_000;

interface Limits {
  readonly statementMs: number;
  /** How long to wait for a lock. */
  readonly lockMs: number;
}

/** Settings that sessions or databases may change, and that would change our results or end our transaction. */
const cleanSettings = {
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  DateStyle: 'ISO',
  TimeZone: 'UTC',
  row_security: 'on',
  transform_null_equals: 'off',
  array_nulls: 'on',
  exit_on_error: 'off',
  client_min_messages: 'warning',
  idle_in_transaction_session_timeout: '60s',
  // The search for foreign code in a large catalog probes one hash table repeatedly, which must not
  // go to disk.
  work_mem: '64MB',
  // JIT compilation of a statement with many small parts takes longer than running it.
  jit: 'off',
  // Values of a prepared statement say nothing about how many rows they lead to.
  plan_cache_mode: 'force_generic_plan',
};

/**
 * Resets every other setting of the database's owner to its built-in value: planner settings can make a query endless,
 * and `password_encryption` can keep MD5 alive. Settings of the server or the login role come from an administrator and
 * stay.
 */
const noDatabaseSettings =
  "SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.boot_val, true)) FROM pg_catalog.pg_settings s WHERE s.source = 'database' AND s.context = 'user'";

/** For a session whose version is not known yet. */
const noTransactionTimeout =
  "SELECT pg_catalog.set_config('transaction_timeout', '0', true) WHERE pg_catalog.current_setting('server_version_num')::int >= 170000";

/**
 * Opens a transaction that does not depend on settings of the login role, the database or the server, including the
 * role at session start.
 *
 * The owner of a database controls its search_path and may define an operator that shadows one of PostgreSQL. So the
 * first statements are utility statements, which evaluate no operator or function. After them, PostgreSQL looks for
 * operators and functions only in `pg_catalog`, and there first for types and relations.
 */
export function beginTransaction(
  session: { readonly role: string | undefined; readonly major?: number },
  characteristics: Characteristics,
  { statementMs, lockMs }: Limits,
): string[] {
  const { role } = session;
  return [
    `BEGIN TRANSACTION ISOLATION LEVEL ${characteristics}`,
    'SET LOCAL search_path = pg_catalog, pg_temp',
    `SET LOCAL ROLE ${role === undefined ? 'NONE' : quoteIdentifier(role)}`,
    setLocal({
      statement_timeout: String(statementMs),
      lock_timeout: String(lockMs),
      ...settingsOf(session.major),
      ...cleanSettings,
    }),
    ...(session.major === undefined ? [noTransactionTimeout] : []),
    noDatabaseSettings,
  ];
}

/** Settings that only some versions have. */
function settingsOf(major = 0): Readonly<Record<string, string>> {
  return {
    // This makes the creator of a role a member of it.
    ...(major >= 16 && { createrole_self_grant: '' }),
    ...(major >= 17 && { transaction_timeout: '0' }),
  };
}

/** One statement, because PostgreSQL parses and plans each. Its result is one number. */
function setLocal(settings: Readonly<Record<string, string>>): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`,
  );
  return `SELECT pg_catalog.num_nulls(${calls.join(', ')})`;
}
