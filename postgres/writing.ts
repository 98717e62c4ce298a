import type { QueryResult } from 'pg';
import pg from 'pg';
import { runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

/** What every transaction that writes wants to know. */
export interface WriteOptions {
  /** Roll back as soon as it aborts. */
  readonly signal?: AbortSignal;
  /** How long a statement waits for a lock. Default 5 s. */
  readonly lockTimeoutMs?: number;
  /** How long to wait for another pgwarden that writes. Default as long as for a lock. */
  readonly writerTimeoutMs?: number;
}

/** Taken by every pgwarden that writes to the database, whoever runs it. Any number nobody else has. */
const takeLock = 'SELECT pg_catalog.pg_advisory_xact_lock(8099007861556438382)';

/** Runs work that writes on a connection of its own. Whatever it throws is a Refusal, and was rolled back. */
export async function writing<T>(
  database: Database,
  { signal }: WriteOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return database.use(async (session) => {
    const cancel = (): void => {
      void cancelBackend(session, database);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      signal?.throwIfAborted();
      return await work(session);
    } catch (error) {
      // The connection is thrown away, which rolls back; nothing of the error may hold what was sent.
      throw classifyError(error, 'apply', database.target);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  });
}

const defaultLockMs = 5_000;

/**
 * Opens a transaction that writes, and looks. Until it ends, what others commit is not seen, so that it is no business of
 * this plan; another pgwarden is waited for before. To take the lock is to take the snapshot, which must not be older than
 * what the lock was waited for: so the wait is a transaction of its own, and then there is a new look.
 */
export async function lookAlone(
  session: Session,
  options: WriteOptions,
  look: string,
): Promise<readonly QueryResult[]> {
  const { lockTimeoutMs = defaultLockMs, writerTimeoutMs = lockTimeoutMs } = options;
  const deadline = Date.now() + writerTimeoutMs;
  const statements = [...beginWriting(session, lockTimeoutMs), look];
  for (;;) {
    try {
      return await runBatch(session.client, statements);
    } catch (error) {
      const left = deadline - Date.now();
      if (!isTaken(error) || left <= 0) throw error;
      await session.client.query('ROLLBACK');
      await waitForWriter(session, left);
    }
  }
}

function beginWriting(session: Session, lockMs: number): string[] {
  return [
    ...beginTransaction(session, 'REPEATABLE READ READ WRITE', { statementMs: 120_000, lockMs }),
    'SET LOCAL lock_timeout = 1',
    takeLock,
    `SET LOCAL lock_timeout = ${String(lockMs)}`,
  ];
}

async function waitForWriter(session: Session, lockMs: number): Promise<void> {
  const limits = { statementMs: lockMs + defaultLockMs, lockMs };
  const begin = beginTransaction(session, 'READ COMMITTED READ WRITE', limits);
  await runBatch(session.client, [...begin, takeLock, 'COMMIT']);
}

function isTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === lockNotAvailable;
}

const lockNotAvailable = '55P03';

/** The role of setRole may not cancel what runs in a session of the login role; that one may. */
function cancelAsLogin({ client }: Session, pid: number): Promise<unknown> {
  const cancel = `SELECT pg_catalog.pg_cancel_backend(${String(pid)})`;
  return runBatch(client, ['BEGIN', 'SET LOCAL ROLE NONE', cancel, 'COMMIT']);
}

/** A running statement ends only when its server process is told to, which takes another connection. */
async function cancelBackend({ client }: Session, database: Database): Promise<void> {
  const pid =
    'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
  if (pid === undefined) return;
  await database.use((other) => cancelAsLogin(other, pid)).catch(() => undefined);
}
