import { runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { WaitOptions } from './look-alone.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { sessionLimits } from './session.ts';
import { beginTransaction } from './transaction.ts';

/** What every transaction that writes wants to know. It rolls back as soon as the signal aborts. */
export type WriteOptions = WaitOptions;

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

/** The role of setRole may not cancel what runs in a session of the login role; that one may. */
function cancelAsLogin({ client, major }: Session, pid: number): Promise<unknown> {
  const who = { role: undefined, major };
  const begin = beginTransaction(who, 'READ COMMITTED READ ONLY', sessionLimits);
  const cancel = `SELECT pg_catalog.pg_cancel_backend(${String(pid)})`;
  return runBatch(client, [...begin, cancel, 'COMMIT']);
}

/** A running statement ends only when its server process is told to, which takes another connection. */
async function cancelBackend({ client }: Session, database: Database): Promise<void> {
  const pid =
    'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
  if (pid === undefined) return;
  await database.use((other) => cancelAsLogin(other, pid)).catch(() => undefined);
}
