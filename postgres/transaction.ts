import { quoteIdentifier } from '../core/sql.ts';
import type { Session } from './session.ts';

type Characteristics =
  | 'READ COMMITTED READ WRITE'
  | 'READ COMMITTED READ ONLY'
  | 'REPEATABLE READ READ WRITE'
  | 'REPEATABLE READ READ ONLY';

interface Limits {
  readonly statementMs: number;
  /** How long to wait for a lock. */
  readonly lockMs: number;
}

/** Since 17 a whole transaction can be ended for its length. */
const noTransactionTimeout =
  "SELECT pg_catalog.set_config('transaction_timeout', '0', true) WHERE pg_catalog.current_setting('server_version_num')::int >= 170000";

/**
 * Makes unqualified names mean nothing but the system's, and texts print the same for everyone. Compiling a statement of
 * many small parts takes longer than running it.
 */
const cleanSettings =
  'SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL standard_conforming_strings = on; SET LOCAL quote_all_identifiers = off;' +
  " SET LOCAL DateStyle = 'ISO'; SET LOCAL TimeZone = 'UTC'; SET LOCAL row_security = on; SET LOCAL transform_null_equals = off; SET LOCAL jit = off";

/**
 * Opens a transaction that is the same whatever the login role's, the database's or the server's settings are, the
 * role that its sessions start as among them.
 */
export function beginTransaction(
  { role }: Pick<Session, 'role'>,
  characteristics: Characteristics,
  { statementMs, lockMs }: Limits,
): string[] {
  return [
    `BEGIN TRANSACTION ISOLATION LEVEL ${characteristics}`,
    `SET LOCAL statement_timeout = ${String(statementMs)}; SET LOCAL lock_timeout = ${String(lockMs)}`,
    "SET LOCAL idle_in_transaction_session_timeout = '60s'",
    noTransactionTimeout,
    `SET LOCAL ROLE ${role === undefined ? 'NONE' : quoteIdentifier(role)}`,
    cleanSettings,
  ];
}
