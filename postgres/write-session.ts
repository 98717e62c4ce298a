import { classifyError } from './classify.ts';
import type { WaitOptions } from './exclusive-inspection.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { writeStatementMs } from './transaction.ts';

/** What every transaction that writes wants to know. It rolls back as soon as the signal aborts. */
export type WriteOptions = WaitOptions;

/** Runs work that writes on a connection of its own. Whatever it throws is a Refusal, and was rolled back. */
export async function inWriteSession<T>(
  database: Database,
  { signal }: WriteOptions,
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
