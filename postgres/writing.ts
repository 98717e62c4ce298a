import type { QueryResult } from 'pg';
import pg from 'pg';
import type { Live, Statement } from '../core/kind.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { Database, Session } from './pool.ts';
import { sentTexts } from './render-sql.ts';
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

/** Bytes of SQL in one round trip: large enough to be few, small enough for a server's memory. */
const bytesPerBatch = 1_000_000;

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

/** Runs statements in as few round trips as their size allows. Throws, with what stays all the same said in it. */
export async function runStatements(
  session: Session,
  statements: readonly Statement[],
  { live, database }: { readonly live: Live; readonly database: Database },
  verifiers: ReadonlyMap<string, string>,
): Promise<void> {
  const texts = sentTexts(statements, live.server.user, verifiers);
  try {
    for (const batch of batchesOf(texts)) await runBatch(session.client, batch);
  } catch (error) {
    throw withStanding(classifyError(error, 'change', database.target), statements);
  }
}

/** What earlier steps committed is not undone by what fails now. */
export function withStanding(refusal: Refusal, statements: readonly Statement[]): Refusal {
  const standing = [...new Set(statements.flatMap(({ stays }) => stays ?? []))];
  if (standing.length === 0) return refusal;
  const { code, message, hint, details } = refusal;
  return new Refusal(code, `${message}; ${standing.join(', ')}`, hint, details);
}

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let size = bytesPerBatch;
  for (const text of texts) {
    if (size + text.length > bytesPerBatch) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(text);
    size += text.length;
  }
  return batches;
}

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
