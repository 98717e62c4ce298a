import pg from 'pg';
import { z } from 'zod';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { scopeOf } from '../core/inspect/scope-of.ts';
import { lastOf, runBatch } from './batch.ts';
import { readingCatalog } from './catalog-read.ts';
import { classifyError, refusalAbout } from './classify.ts';
import type { Intent, Passwords } from './contract.ts';
import { decodeRow } from './decode-row.ts';
import { type WaitOptions, defaultLockMs, inspectExclusively } from './exclusive-inspection.ts';
import { inspectionQuery, readInspection } from './inspect.ts';
import type { Waiter } from './lock-holders.ts';
import { type CheckedPlan, isBounded, planEverywhere } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { beginTransaction, writeStatementMs } from './transaction.ts';

/** What every transaction that writes a plan needs. It rolls back as soon as the signal aborts. */
export interface WriteOptions extends WaitOptions {
  readonly passwords: Passwords;
}

/** A plan whose inputs nobody else can change unseen until its transaction ends. */
export interface LockedPlan extends CheckedPlan {
  readonly session: Session;
  readonly waiter: Waiter;
}

/**
 * The beginning of everything that writes to a policy's database: it connects, locks out other writers, inspects, plans
 * and checks, all in one transaction. `work` ends the transaction. Without a COMMIT it is rolled back. Throws Refusal.
 */
export function withLockedPlan<T>(
  database: Database,
  intent: Intent,
  options: WriteOptions,
  work: (planned: LockedPlan) => Promise<T>,
): Promise<T> {
  return inWriteSession(database, options, async (session) => {
    const scope = scopeOf(intent.graph, isBounded(intent));
    const query = inspectionQuery(session, scope);
    const { results, backend } = await readingCatalog(database, () =>
      refusingStandby(session, database.target, () => inspectExclusively(session, options, query)),
    );
    const inspection = await readInspection(lastOf(results), database);
    const { passwords } = options;
    const inspected = { inspection, scope, passwords };
    const planned = await planEverywhere(session, database, intent, inspected);
    return work({ ...planned, session, waiter: waiterOf(database, backend, options) });
  });
}

export function waiterOf(database: Database, backend: number, options: WaitOptions): Waiter {
  return { database, backend, lockMs: options.lockTimeoutMs ?? defaultLockMs };
}

/** Runs work that writes on a connection of its own. Whatever it throws is a Refusal, and was rolled back. */
export async function inWriteSession<T>(
  database: Database,
  { signal }: WaitOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return database.use(
    async (session) => {
      try {
        signal?.throwIfAborted();
        return await work(session);
      } catch (error) {
        // The connection is closed, which rolls back. Nothing of the error may hold what was sent.
        throw classifyError(error, 'apply', database.target);
      }
    },
    { statementMs: writeStatementMs, signal },
  );
}

const standbyLimits = { statementMs: 5_000, lockMs: 5_000 };
const standbyRow = z.object({ standby: z.boolean() });

/** `feature_not_supported`: among others, a server in recovery reports it for a transaction that wants to write. */
const notSupported = '0A000';

/**
 * Does work that starts a writing transaction. A standby rejects this with a general SQLSTATE and a translated message,
 * so it is asked whether it is a standby. It may be promoted at any time, so earlier answers do not count.
 */
async function refusingStandby<T>(
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
  const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', standbyLimits);
  const question = 'SELECT pg_catalog.pg_is_in_recovery() AS standby';
  const results = await runBatch(session.client, ['ROLLBACK', ...begin, question, 'COMMIT']);
  return decodeRow(standbyRow, lastOf(results.slice(0, -1))).standby;
}

function readOnlyStandby(target: ConnectionTarget) {
  return refusalAbout(target, 'DatabaseConnectionFailed', (server) => [
    `${server} is a read-only standby`,
    'Connect to the primary, or name all servers with target_session_attrs=read-write.',
  ]);
}
