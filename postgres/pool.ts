import type { ClientBase, ClientConfig, PoolClient } from 'pg';
import pg from 'pg';
import { z } from 'zod';
import { lastOf, runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { ConnectionTarget } from './contract.ts';
import { refuseRole, setRoleSql } from './set-role.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

/** One database and the connections to it. */
export interface Database {
  readonly target: ConnectionTarget;
  /** Runs `work` on a connection of its own. Whatever it throws comes back as a Refusal. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Runs `work` on another database of the server, with the same credentials. No connection to it is kept, which would
   * stand in the way of whoever drops or copies it.
   */
  elsewhere<T>(name: string, work: (other: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabasePools {
  get(target: ConnectionTarget): Database;
  close(): Promise<void>;
}

const connectTimeoutMs = 3_000;
const idleTimeoutMs = 60_000;
const connectionsPerDatabase = 4;

/** Connections shared by all policies of a process that reach the same database as the same user. */
export function databasePools(): DatabasePools {
  const databases = new Map<string, Database>();
  return {
    get(target) {
      const key = JSON.stringify(Object.entries(target).sort());
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

/** Connects when first used. Close it when done. */
export function openDatabase(target: ConnectionTarget): Database {
  let encrypted = target.sslMode !== 'disable' && target.sslMode !== 'allow';
  let pool = newPool(target, encrypted);
  const mayFallBack = target.sslMode === 'prefer' || target.sslMode === 'allow';

  const connect = async (): Promise<PoolClient> => {
    const tried = encrypted;
    try {
      return await pool.connect();
    } catch (error) {
      if (!mayFallBack || !isAboutEncryption(error, tried)) throw error;
      // Another caller may have met the same answer first, and changed the pool already.
      if (encrypted === tried) {
        encrypted = !tried;
        pool = newPool(target, encrypted);
      }
      return pool.connect();
    }
  };

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
    close: () => pool.end(),
    async use(work) {
      let client: PoolClient | undefined;
      try {
        client = await connect();
        const result = await work(await sessionOf(client, target));
        client.release();
        return result;
      } catch (error) {
        client?.release(true);
        throw classifyError(error, client === undefined ? 'connect' : 'run', target);
      }
    },
  };
}

function newPool(target: ConnectionTarget, encrypted: boolean): pg.Pool {
  const { host, port, database, user, password, sslMode } = target;
  const pool = new pg.Pool({
    host,
    port,
    database,
    user,
    // An unset password must not fall back to PGPASSWORD or a password file of the worker.
    password: password ?? '',
    ssl: encrypted ? tlsOptions(sslMode) : false,
    application_name: 'pgwarden',
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    max: connectionsPerDatabase,
    allowExitOnIdle: true,
  });
  // A connection that dies while idle is replaced at the next use: there is nobody to tell.
  pool.on('error', () => undefined);
  // One that dies between two statements of a user says so at the next: unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function tlsOptions(mode: ConnectionTarget['sslMode']): Exclude<ClientConfig['ssl'], undefined> {
  if (mode === 'verify-full') return { rejectUnauthorized: true };
  if (mode === 'verify-ca')
    return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: false };
}

function isAboutEncryption(error: unknown, encrypted: boolean): boolean {
  if (!(error instanceof Error)) return false;
  return encrypted
    ? error.message.includes('does not support SSL')
    : error.message.includes('no encryption');
}

const sessions = new WeakMap<ClientBase, Session>();

const sessionRow = z.object({ version: z.number(), tells: z.boolean(), reads: z.boolean() });

const limits = { statementMs: 30_000, lockMs: 5_000 };

async function sessionOf(client: ClientBase, { role }: ConnectionTarget): Promise<Session> {
  const known = sessions.get(client);
  if (known !== undefined) return known;
  const asked = `SELECT pg_catalog.current_setting('server_version_num')::int AS version,
            pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS tells,
            pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS reads`;
  const become = role === undefined ? [] : [setRoleSql(role)];
  const begin = beginTransaction({ role }, 'READ COMMITTED READ ONLY', limits);
  const batch = [...become, ...begin, asked, 'COMMIT'];
  const results = await runBatch(client, batch).catch(refuseRole(role));
  const { version, tells, reads } = sessionRow.parse(lastOf(results.slice(0, -1)).rows[0]);
  const session = {
    client,
    major: Math.floor(version / 10_000),
    role,
    tellsIdentity: tells,
    readsPasswords: reads,
  };
  sessions.set(client, session);
  return session;
}
