import pg, { type ClientBase } from 'pg';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { quoteIdentifier } from '../core/sql.ts';
import { lastOf, runBatch } from './batch.ts';
import { decodeRow } from './decode-row.ts';
import { allowPreparing } from './prepared.ts';
import { beginTransaction } from './transaction.ts';

/** What this user may read. A plan can revoke these rights. */
interface Sight {
  /** Whether this user may read the system identifier of the server. */
  readonly readsIdentity: boolean;
  /** Whether this user may see the verifiers of passwords. */
  readonly readsPasswords: boolean;
}

/** A connection with the facts that do not change during its life, as far as pgwarden knows. */
export interface Session extends Sight {
  readonly client: ClientBase;
  readonly major: number;
  /** The role it becomes, if it differs from its login. */
  readonly role: string | undefined;
  /** The login role and the database as the server reports them, because a pooler may map the names of a connection. */
  readonly login: string;
  readonly database: string;
  /** Whether a transaction may write, as `target_session_attrs=read-write` means it. */
  readonly isWritable: boolean;
  /** Whether the session starts with a transaction_timeout that could end a transaction before it sets its own. */
  readonly endsTransactions: boolean;
}

const sessionRow = z.object({
  version: z.number(),
  pid: z.number(),
  readsIdentity: z.boolean(),
  readsPasswords: z.boolean(),
  login: z.string(),
  user: z.string(),
  database: z.string(),
  standby: z.boolean(),
  readonly: z.string(),
  transactionMs: z.string().nullable(),
});

/** What the server answers about a session. */
export type SessionRow = Readonly<z.input<typeof sessionRow>>;

/** Longer than the statements with which a transaction sets its own limits ever take. */
const enoughToBegin = 5_000;

/** Timeout for the first query, which is quick. */
export const sessionLimits = { statementMs: 5_000, lockMs: 5_000 };

const sightColumns = `pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS "readsIdentity",
            pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS "readsPasswords"`;

const question = `SELECT pg_catalog.current_setting('server_version_num')::int AS version, pg_catalog.pg_backend_pid() AS pid,
            ${sightColumns},
            session_user::text AS login, current_user::text AS "user", pg_catalog.current_database()::text AS database,
            pg_catalog.pg_is_in_recovery() AS standby,
            pg_catalog.current_setting('default_transaction_read_only') AS readonly,
            (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'transaction_timeout') AS "transactionMs"`;

/**
 * Opens the session of a connection and reads once what it may do. Settings last only for a transaction, because a
 * pooler may give the server connection to someone else afterwards.
 */
export async function sessionOf(client: ClientBase, role: string | undefined): Promise<Session> {
  const begin = beginTransaction({ role }, 'READ COMMITTED READ ONLY', sessionLimits);
  const results = await runBatch(client, [...begin, question, 'COMMIT']).catch(refuseRole(role));
  const row = decodeRow(sessionRow, lastOf(results.slice(0, -1)));
  const { version, readsIdentity, readsPasswords, login, database, standby, readonly } = row;
  const transactionMs = Number(row.transactionMs ?? 0);
  if (row.user !== (role ?? login)) throw otherUser(role ?? login);
  allowPreparing(client, row.pid);
  return {
    client,
    major: Math.floor(version / 10_000),
    role,
    readsIdentity,
    readsPasswords,
    login,
    database,
    isWritable: !standby && readonly === 'off',
    endsTransactions: transactionMs > 0 && transactionMs < enoughToBegin,
  };
}

const sightRow = sessionRow.pick({ readsIdentity: true, readsPasswords: true });

/** The same session after statements that may have changed what this user may read, in the open transaction. */
export async function withPresentSight(session: Session): Promise<Session> {
  const results = await runBatch(session.client, [`SELECT ${sightColumns}`]);
  return { ...session, ...decodeRow(sightRow, lastOf(results)) };
}

/** Only a proxy that responds instead of the server causes this. */
function otherUser(expected: string): Refusal {
  return new Refusal(
    'DatabaseAuthenticationFailed',
    `the server did not begin the session as role ${JSON.stringify(expected)}`,
    'Connect to the PostgreSQL server without the proxy that changes the role of sessions.',
  );
}

/** Converts the errors of SET ROLE. Other errors stay unchanged. */
function refuseRole(role: string | undefined): (error: unknown) => never {
  return (error) => {
    if (role !== undefined && error instanceof pg.DatabaseError) {
      if (error.code === notPermitted) throw notAMember(quoteIdentifier(role));
      if (error.code === unknownRole) throw missing(quoteIdentifier(role));
    }
    throw error;
  };
}

/** SQLSTATEs of SET ROLE. Source: check_role() in variable.c. */
const notPermitted = '42501';
const unknownRole = '22023';

function notAMember(role: string): Refusal {
  return new Refusal(
    'InsufficientPrivileges',
    `the login role of the connection may not become role ${role}, which setRole names`,
    `Run GRANT ${role} TO the login role, from PostgreSQL 16 on WITH SET TRUE.`,
  );
}

function missing(role: string): Refusal {
  return new Refusal(
    'MissingDatabaseObject',
    `role ${role}, which setRole names, does not exist on the server`,
    'Create the role, or correct setRole.',
  );
}
