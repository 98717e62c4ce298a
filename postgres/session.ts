import type { ClientBase } from 'pg';
import { z } from 'zod';
import { lastOf, runBatch } from './batch.ts';
import { refuseRole } from './set-role.ts';
import { beginTransaction } from './transaction.ts';

/** A connection, with what does not change while it lives. */
export interface Session {
  readonly client: ClientBase;
  readonly major: number;
  /** The role it becomes, other than its login. */
  readonly role: string | undefined;
  /** Whether this user may ask the server for its system identifier. */
  readonly tellsIdentity: boolean;
  /** Whether this user may see the verifiers of passwords. */
  readonly readsPasswords: boolean;
}

const sessionRow = z.object({ version: z.number(), tells: z.boolean(), reads: z.boolean() });

/** Nothing in the first question takes long. */
export const sessionLimits = { statementMs: 5_000, lockMs: 5_000 };

const question = `SELECT pg_catalog.current_setting('server_version_num')::int AS version,
            pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS tells,
            pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS reads`;

/**
 * The session on a connection, which is asked once what it can do. Nothing is set for longer than a transaction: a
 * pooler may give the server connection to somebody else afterwards.
 */
export async function sessionOf(client: ClientBase, role: string | undefined): Promise<Session> {
  const begin = beginTransaction({ role }, 'READ COMMITTED READ ONLY', sessionLimits);
  const results = await runBatch(client, [...begin, question, 'COMMIT']).catch(refuseRole(role));
  const { version, tells, reads } = sessionRow.parse(lastOf(results.slice(0, -1)).rows[0]);
  return {
    client,
    major: Math.floor(version / 10_000),
    role,
    tellsIdentity: tells,
    readsPasswords: reads,
  };
}
