import type { Live, Statement } from '../core/kind.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import { cleanSettings } from './inspect.ts';
import type { Database, Session } from './pool.ts';
import { sentTexts } from './render-sql.ts';

/** What every transaction that writes wants to know. */
export interface WriteOptions {
  /** Roll back as soon as it aborts. */
  readonly signal?: AbortSignal;
  /** How long to wait for another writer. Default 5 s. */
  readonly lockTimeoutMs?: number;
}

/** Taken by every pgwarden that writes to the database, whoever runs it. Any number nobody else has. */
const writerLock = '8099007861556438382';

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

/** What opens a transaction that writes: whoever else writes to the database is waited for. */
export function beginWriting({ lockTimeoutMs = 5_000 }: WriteOptions): string[] {
  return [
    'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL lock_timeout = ${String(lockTimeoutMs)}`,
    "SET LOCAL statement_timeout = '120s'; SET LOCAL idle_in_transaction_session_timeout = '60s'",
    cleanSettings,
    `SELECT pg_catalog.pg_advisory_xact_lock(${writerLock})`,
  ];
}

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
    throw withStanding(classifyError(error, 'apply', database.target), statements);
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
