import pg from 'pg';

/**
 * Settings at session start, as command-line options in the startup packet. No setting of a database or role overrides
 * them, so they also apply before our first statement, for example to the function of a login event trigger, and
 * between our transactions. Transactions set all of this again, because a pooler may not pass it on.
 * Source: PostgreSQL manual, 20.1.3 Parameter Interaction via the Shell.
 */
export function startupOptions(setsTransactionTimeout: boolean): string {
  return [...settings, ...(setsTransactionTimeout ? ['transaction_timeout=0'] : [])]
    .map((setting) => `-c ${setting}`)
    .join(' ');
}

const settings = [
  'search_path=pg_catalog,pg_temp',
  'role=none',
  // A missing library would end every login.
  'local_preload_libraries=',
  'standard_conforming_strings=on',
  'exit_on_error=off',
  'statement_timeout=30s',
  'lock_timeout=5s',
  'idle_in_transaction_session_timeout=60s',
  'idle_session_timeout=0',
  'tcp_user_timeout=0',
  'tcp_keepalives_idle=0',
  'tcp_keepalives_interval=0',
  'tcp_keepalives_count=0',
  // With these, the server would send and log long texts for each of our statements.
  'client_min_messages=warning',
  'debug_print_parse=off',
  'debug_print_rewritten=off',
  'debug_print_plan=off',
];

/** Only from PostgreSQL 17 on: an older server rejects a login with an unknown parameter. */
const transactionTimeoutEnded = '25P04';

/** Whether the server ended a session because of its transaction_timeout, which exists from version 17 on. */
export function endedByTransactionTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === transactionTimeoutEnded;
}

/** Whether a pooler rejected a connection because it does not pass on options. PostgreSQL itself never reports this. */
export function refusesStartupOptions(error: unknown): boolean {
  return error instanceof pg.DatabaseError && refusals.test(error.message);
}

/** Messages of PgBouncer and of RDS Proxy. */
const refusals = /unsupported startup parameter|command-line options/i;
