import pg from 'pg';
import { z } from 'zod';
import { lastOf, runBatch } from './batch.ts';
import { refusalAbout } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { decodeRow } from './decode-row.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

const limits = { statementMs: 5_000, lockMs: 5_000 };
const row = z.object({ standby: z.boolean() });

/** `feature_not_supported`: among others, a server in recovery reports it for a transaction that wants to write. */
const notSupported = '0A000';

/**
 * Does work that starts a writing transaction. A standby rejects this with a general SQLSTATE and a translated message,
 * so it is asked whether it is a standby. It may be promoted at any time, so earlier answers do not count.
 */
export async function refusingStandby<T>(
  session: Session,
  target: ConnectionTarget,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== notSupported) throw error;
    if (await isStandby(session)) throw readOnlyStandby(target);
    throw error;
  }
}

async function isStandby(session: Session): Promise<boolean> {
  const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
  const question = 'SELECT pg_catalog.pg_is_in_recovery() AS standby';
  const results = await runBatch(session.client, ['ROLLBACK', ...begin, question, 'COMMIT']);
  return decodeRow(row, lastOf(results.slice(0, -1))).standby;
}

function readOnlyStandby(target: ConnectionTarget) {
  return refusalAbout(target, 'DatabaseConnectionFailed', (server) => [
    `${server} is a read-only standby`,
    'Connect to the primary, or name all servers with target_session_attrs=read-write.',
  ]);
}
