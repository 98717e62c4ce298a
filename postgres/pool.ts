import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from '../core/refusal.ts';
import { classifyError, refusalAbout } from './classify.ts';
import type { Connection } from './connect.ts';
import { type ConnectionPool, connectionPool } from './connection-pool.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import type { Session } from './session.ts';
import { CatalogReadDenied } from './catalog-read.ts';
import { PreparedStatementLost, forbidPreparing } from './prepared.ts';
import { serverRoom, type ServerRoom } from './server-room.ts';

/** One database and the connections to it. */
export interface Database {
  readonly target: ConnectionTarget;
  /**
   * Runs `work` on a separate connection. Every error becomes a Refusal. If the server stops responding, the connection
   * is closed and its slot is free for others.
   */
  use<T>(work: (session: Session) => Promise<T>, options?: UseOptions): Promise<T>;
  /**
   * Runs `work` on another database of the server with the same credentials. The connection is not kept, because it
   * would block dropping or copying that database.
   */
  elsewhere<T>(name: string, work: (other: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface UseOptions {
  /** The statement timeout of the server; pgwarden waits slightly longer for a response. Default two minutes. */
  readonly statementMs?: number;
  /** When it aborts, the statement is cancelled and the connection closed. */
  readonly signal?: AbortSignal | undefined;
}

export interface DatabasePools {
  get(target: ConnectionTarget): Database;
  close(): Promise<void>;
}

interface PoolOptions {
  readonly now?: () => number;
  /** Most connections of this process to one server. */
  readonly connectionsPerServer?: number;
}

export const defaultConnectionsPerServer = 20;

const defaultStatementMs = 120_000;

/** Longer than idle connections stay open, so that a forgotten database has none. */
const forgottenAfterMs = 10 * 60_000;

/**
 * Connections shared by all policies of a process that use the same database and user. A target that was not used for a
 * while is forgotten, because every new token or password makes another target.
 */
export function databasePools({
  now = Date.now,
  connectionsPerServer = defaultConnectionsPerServer,
}: PoolOptions = {}): DatabasePools {
  const databases = new Map<string, Known>();
  const rooms = serverRooms(connectionsPerServer);
  const forgetOld = (): void => {
    // The oldest comes first, because each is moved to the end when it is used.
    for (const [key, { database, lastAsked }] of databases) {
      if (now() - lastAsked < forgottenAfterMs) return;
      databases.delete(key);
      rooms.forget(database.target);
    }
  };
  return {
    get(target) {
      forgetOld();
      const key = keyOf(target);
      const database =
        databases.get(key)?.database ?? openDatabase(target, { room: rooms.of(target) });
      databases.delete(key);
      databases.set(key, { database, lastAsked: now() });
      return database;
    },
    async close() {
      await Promise.all([...databases.values()].map(({ database }) => database.close()));
      databases.clear();
      await rooms.close();
    },
  };
}

interface Known {
  readonly database: Database;
  readonly lastAsked: number;
}

/** The room on each server, for as long as a database of it is known. */
function serverRooms(connectionsPerServer: number) {
  const rooms = new Map<string, { readonly room: ServerRoom; databases: number }>();
  const close = async (key: string): Promise<void> => {
    const known = rooms.get(key);
    rooms.delete(key);
    await known?.room.close();
  };
  return {
    of(target: ConnectionTarget): ServerRoom {
      const key = serverOf(target);
      const known = rooms.get(key) ?? { room: serverRoom(connectionsPerServer), databases: 0 };
      known.databases += 1;
      rooms.set(key, known);
      return known.room;
    },
    forget(target: ConnectionTarget): void {
      const key = serverOf(target);
      const known = rooms.get(key);
      if (known === undefined) return;
      known.databases -= 1;
      // A forgotten database has no connection any more.
      if (known.databases === 0) void close(key);
    },
    close: () => Promise.all([...rooms.keys()].map(close)),
  };
}

function serverOf({ host, port, otherHosts = [] }: ConnectionTarget): string {
  return JSON.stringify([{ host, port }, ...otherHosts]);
}

/** A key that depends on the secrets but does not contain them. */
function keyOf(target: ConnectionTarget): string {
  const text = JSON.stringify(Object.entries(target).sort());
  return createHash('sha256').update(text).digest('hex');
}

/** Connects when first used, or at once with `early`: the first use then waits, or gets the error. Close it after use. */
export function openDatabase(
  target: ConnectionTarget,
  { early = false, room }: { readonly early?: boolean; readonly room?: ServerRoom } = {},
): Database {
  const connections = connectionPool(target, room);
  let isPrepared = true;
  const useConnection: Database['use'] = (work, options = {}) =>
    useOne(
      connections,
      target,
      (session) => {
        if (!isPrepared) forbidPreparing(session.client);
        return work(session);
      },
      options,
    );
  let connecting = early ? useConnection(() => Promise.resolve()) : undefined;
  // Without a use, nobody waits for it.
  connecting?.catch(() => undefined);
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
    use: async (work, options) => {
      const begun = connecting;
      connecting = undefined;
      try {
        await begun;
        return await useConnection(work, options);
      } catch (error) {
        // Nothing was committed. The next connection checks again what it may read.
        if (error instanceof PreparedStatementLost) isPrepared = false;
        else if (!(error instanceof CatalogReadDenied)) throw error;
        return useConnection(work, options);
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
    return await runOn(await connections.connect(slot, options.signal), work, options);
  } catch (error) {
    // Closing the connection rolls back uncommitted work.
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
 * Closes idle connections, too: a server that was silent, was shut down or became a standby does not respond on those
 * either. Each connection checks once what its user may read; if that was wrong on one, it is wrong on all.
 */
function mayAffectOthers(refusal: Refusal): boolean {
  const { code } = refusal;
  if (refusal instanceof CatalogReadDenied) return true;
  return code === 'DatabaseConnectionFailed' || code === 'DatabaseTimeout';
}

/** How long a statement may take to end after it was cancelled. */
const stopTimeoutMs = 2_000;

async function abandon(connection: Connection): Promise<void> {
  await connection.requestCancel();
  await sleep(stopTimeoutMs, undefined, { ref: false });
  connection.destroy(
    refusalAbout(connection.target, 'DatabaseTimeout', (server) => [
      `the work on ${server} was cancelled, but the server did not stop it in time, so pgwarden closed the connection`,
      'Do nothing: the server rolls back uncommitted work.',
    ]),
  );
}
