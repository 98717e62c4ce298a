import type { ClientConfig, PoolClient } from 'pg';
import pg from 'pg';
import { classifyError } from './classify.ts';
import type { ConnectionTarget } from './contract.ts';
import type { Session } from './session.ts';
import { sessionOf } from './session.ts';
import { refusesStartupOptions, startupOptions } from './session-settings.ts';

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
export function openDatabase(target: ConnectionTarget, first?: Manner): Database {
  let manner = first ?? firstManner(target);
  let pool = newPool(target, manner);

  const connect = async (): Promise<PoolClient> => {
    for (;;) {
      const tried = manner;
      try {
        return await pool.connect();
      } catch (error) {
        const next = nextManner(tried, error);
        if (next === undefined) throw error;
        // Another caller may have met the same answer first, and changed the pool already.
        if (manner === tried) {
          manner = next;
          pool = newPool(target, next);
        }
      }
    }
  };

  return {
    target,
    async elsewhere(name, work) {
      const other = openDatabase({ ...target, database: name }, manner);
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
        const result = await work(await sessionOf(client, target.role));
        client.release();
        return result;
      } catch (error) {
        client?.release(true);
        throw classifyError(error, client === undefined ? 'connect' : 'run', target);
      }
    },
  };
}

/** How to connect, as far as the server's answers decide it. */
interface Manner {
  readonly encrypted: boolean;
  /** Whether the other encryption is still to be tried. */
  readonly mayChangeEncryption: boolean;
  /** Whether our settings go into the startup packet, which some poolers refuse. */
  readonly sendsOptions: boolean;
}

function firstManner({ sslMode }: ConnectionTarget): Manner {
  return {
    encrypted: sslMode !== 'disable' && sslMode !== 'allow',
    mayChangeEncryption: sslMode === 'prefer' || sslMode === 'allow',
    sendsOptions: true,
  };
}

/** Undefined when the error is not about the manner. There are at most two changes. */
function nextManner(tried: Manner, error: unknown): Manner | undefined {
  if (tried.sendsOptions && refusesStartupOptions(error)) return { ...tried, sendsOptions: false };
  if (!tried.mayChangeEncryption || !isAboutEncryption(error, tried.encrypted)) return undefined;
  return { ...tried, encrypted: !tried.encrypted, mayChangeEncryption: false };
}

function newPool(target: ConnectionTarget, { encrypted, sendsOptions }: Manner): pg.Pool {
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
    ...(sendsOptions ? { options: startupOptions } : {}),
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
