import { createHash } from 'node:crypto';
import { Pool, TimeoutError } from 'tarn';
import type { Refusal } from '../core/refusal.ts';
import { classifyError, refusalAbout } from './classify.ts';
import type { Connection } from './connect.ts';
import { connectTo } from './connect.ts';
import type { ConnectionTarget } from './contract.ts';
import type { Session } from './session.ts';

/** One database and the connections to it. */
export interface Database {
  readonly target: ConnectionTarget;
  /**
   * Runs `work` on a connection of its own. Whatever it throws comes back as a Refusal. A server that does not answer
   * ends it: the connection is closed then, and is free for others.
   */
  use<T>(work: (session: Session) => Promise<T>, options?: UseOptions): Promise<T>;
  /**
   * Runs `work` on another database of the server, with the same credentials. No connection to it is kept, which would
   * stand in the way of whoever drops or copies it.
   */
  elsewhere<T>(name: string, work: (other: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface UseOptions {
  /** The longest that the server lets a statement run: an answer is awaited a little longer. Default two minutes. */
  readonly statementMs?: number;
  /** Stops the server and closes the connection when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export interface DatabasePools {
  get(target: ConnectionTarget): Database;
  close(): Promise<void>;
}

const idleTimeoutMs = 60_000;
const connectionsPerDatabase = 4;
const waitTimeoutMs = 30_000;
const closeTimeoutMs = 3_000;
const defaultStatementMs = 120_000;

/** Connections shared by all policies of a process that reach the same database as the same user. */
export function databasePools(): DatabasePools {
  const databases = new Map<string, Database>();
  return {
    get(target) {
      const key = keyOf(target);
      const known = databases.get(key);
      if (known !== undefined) return known;
      const opened = openDatabase(target);
      databases.set(key, opened);
      return opened;
    },
    async close() {
      await Promise.all([...databases.values()].map((database) => database.close()));
      databases.clear();
    },
  };
}

/** Without the secrets that are part of it. */
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
    async use(work, { statementMs = defaultStatementMs } = {}) {
      const connection = await connections.take();
      let isSound = false;
      try {
        connection.limitStatements(statementMs);
        const result = await work(connection.session);
        isSound = true;
        return result;
      } catch (error) {
        throw classifyError(error, 'run', target);
      } finally {
        // What failed is rolled back with its connection.
        if (!isSound) connection.close();
        connections.giveBack(connection);
      }
    },
  };
}

interface ConnectionPool {
  /** Throws Refusal. */
  take(): Promise<Connection>;
  giveBack(connection: Connection): void;
  /** Ends in bounded time, whatever the server does. */
  close(): Promise<void>;
}

function connectionPool(target: ConnectionTarget): ConnectionPool {
  const closing = new AbortController();
  const open = new Set<Connection>();
  const pool = new Pool<Connection>({
    create: async () => {
      const connection = await connectTo(target, closing.signal);
      open.add(connection);
      return connection;
    },
    validate: (connection) => connection.isUsable(),
    destroy: (connection) => {
      open.delete(connection);
      connection.close();
    },
    min: 0,
    max: connectionsPerDatabase,
    acquireTimeoutMillis: waitTimeoutMs,
    createTimeoutMillis: waitTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    propagateCreateError: true,
  });
  return {
    async take() {
      try {
        const connection = await pool.acquire().promise;
        connection.keepsProcess(true);
        return connection;
      } catch (error) {
        throw error instanceof TimeoutError
          ? allBusy(target)
          : classifyError(error, 'connect', target);
      }
    },
    giveBack(connection) {
      connection.keepsProcess(false);
      pool.release(connection);
    },
    async close() {
      closing.abort(new Error('pgwarden closed the connections'));
      const cutOff = setTimeout(() => {
        for (const connection of open) connection.destroy();
      }, closeTimeoutMs);
      await pool.destroy();
      clearTimeout(cutOff);
    },
  };
}

function allBusy(target: ConnectionTarget): Refusal {
  return refusalAbout(target, 'DatabaseTimeout', (server) => [
    `no connection to ${server} became free within ${String(waitTimeoutMs / 1_000)} s: all ${String(connectionsPerDatabase)} are in use`,
    'Check what the server is doing, and why it is slow to answer. pgwarden tries again by itself.',
  ]);
}
