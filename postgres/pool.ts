import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from '../core/refusal.ts';
import { classifyError, refusalAbout } from './classify.ts';
import type { Connection } from './connect.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { connectionPool } from './connection-pool.ts';
import type { ConnectionTarget } from './contract.ts';
import type { Session } from './session.ts';
import { SightLost } from './sight-lost.ts';

/** One database and the connections to it. */
export interface Database {
  readonly target: ConnectionTarget;
  /**
   * Runs `work` on a connection of its own. Whatever it throws comes back as a Refusal. A server that does not answer
   * ends it: the connection is closed, and the slot is free for others.
   */
  use<T>(work: (session: Session) => Promise<T>, options?: UseOptions): Promise<T>;
  /**
   * Runs `work` on another database of the server, with the same credentials. No connection to it is kept, which would
   * stand in the way of whoever drops or copies it.
   */
  elsewhere<T>(name: string, work: (other: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface UseOptions {
  /** The longest that the server lets a statement run: an answer is awaited a little longer. Default two minutes. */
  readonly statementMs?: number;
  /** When it aborts, the server is asked to stop, and the connection is closed. */
  readonly signal?: AbortSignal | undefined;
}

export interface DatabasePools {
  get(target: ConnectionTarget): Database;
  close(): Promise<void>;
}

const defaultStatementMs = 120_000;

/** Longer than connections stay open without work, so that nothing is open when a database is forgotten. */
const forgottenAfterMs = 10 * 60_000;

/**
 * Connections shared by all policies of a process that reach the same database as the same user. A target that was not
 * asked for in a while is forgotten: with every token and every new password comes another target.
 */
export function databasePools(now: () => number = Date.now): DatabasePools {
  const databases = new Map<string, { readonly database: Database; readonly lastAsked: number }>();
  const forgetOld = (): void => {
    // The oldest comes first, as each is put at the end when it is asked for.
    for (const [key, { lastAsked }] of databases) {
      if (now() - lastAsked < forgottenAfterMs) return;
      databases.delete(key);
    }
  };
  return {
    get(target) {
      forgetOld();
      const key = keyOf(target);
      const database = databases.get(key)?.database ?? openDatabase(target);
      databases.delete(key);
      databases.set(key, { database, lastAsked: now() });
      return database;
    },
    async close() {
      await Promise.all([...databases.values()].map(({ database }) => database.close()));
      databases.clear();
    },
  };
}

/** Holds none of the secrets that decide it. */
function keyOf(target: ConnectionTarget): string {
  const text = JSON.stringify(Object.entries(target).sort());
  return createHash('sha256').update(text).digest('hex');
}

/** Connects when first used. Close it when done. */
export function openDatabase(target: ConnectionTarget): Database {
  const connections = connectionPool(target);
  return {
    target,
    async elsewhere(name, work) {
      const other = openDatabase({ ...target, database: name });
      try {
        return await work(other);
      } finally {
        await other.close();
      }
    },
    close: () => connections.close(),
    use: async (work, options = {}) => {
      try {
        return await useOne(connections, target, work, options);
      } catch (error) {
        if (!(error instanceof SightLost)) throw error;
        // Nothing was committed, and the next connection asks what it may read.
        return useOne(connections, target, work, options);
      }
    },
  };
}

async function useOne<T>(
  connections: ConnectionPool,
  target: ConnectionTarget,
  work: (session: Session) => Promise<T>,
  options: UseOptions,
): Promise<T> {
  const slot = await connections.take(options.signal);
  try {
    return await runOn(await connections.connect(slot), work, options);
  } catch (error) {
    // What was not committed is rolled back with the connection.
    slot.connection?.close();
    const refusal = classifyError(error, 'run', target);
    if (mayAffectOthers(refusal)) connections.closeIdle();
    throw refusal;
  } finally {
    connections.giveBack(slot);
  }
}

async function runOn<T>(
  connection: Connection,
  work: (session: Session) => Promise<T>,
  { statementMs = defaultStatementMs, signal }: UseOptions,
): Promise<T> {
  const abort = (): void => void abandon(connection);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    connection.limitStatements(statementMs);
    const result = await work(connection.session);
    if (signal?.aborted) connection.close();
    return result;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * A server that was silent, was shut down or became a standby does not answer on its other connections either. Each
 * connection asks once what its user may read: where one was wrong about it, so are the others.
 */
function mayAffectOthers(refusal: Refusal): boolean {
  const { code } = refusal;
  if (refusal instanceof SightLost) return true;
  return code === 'DatabaseConnectionFailed' || code === 'DatabaseTimeout';
}

/** How long a statement gets to end after the server was asked to stop it. */
const stopTimeoutMs = 2_000;

async function abandon(connection: Connection): Promise<void> {
  await connection.requestCancel();
  await sleep(stopTimeoutMs, undefined, { ref: false });
  connection.destroy(
    refusalAbout(connection.target, 'DatabaseTimeout', (server) => [
      `the work on ${server} was cancelled, and the server did not stop it in time, so the connection was closed`,
      'Nothing needs to be done: what was not committed is rolled back.',
    ]),
  );
}
