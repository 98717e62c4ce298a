import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { fastCopy } from '../setup/fast-copy.ts';
import { lookalikes, traps } from './lookalikes.ts';

/** The connected role: a superuser, a role with CREATEROLE, or a login that becomes one. */
export const connections = ['superuser', 'manager', 'login with setRole'] as const;
export type Connection = (typeof connections)[number];

/** A server whose databases `shop` and `archive` belong to mallory, who is no superuser. */
export interface HostileGround {
  /** The file on the server's machine to which look-alikes and traps write. */
  readonly file: string;
  /** The names of those that ran, one line each. */
  ran(): Promise<readonly string[]>;
  /** The things that could not get a look-alike. */
  readonly unmade: readonly string[];
  /** Databases and roles in their initial state, for one connected role. */
  reset(connection: Connection): Promise<void>;
  /** As a superuser, with a search_path of its own. */
  sql(database: string, text: string): Promise<pg.QueryResult>;
  session(database: string): Promise<pg.Client>;
  open(connection: Connection): Database;
  /** As mallory. */
  asMallory(database: string, text: string): Promise<void>;
  close(): Promise<void>;
}

const password = 'pw';
const databases = ['shop', 'archive'];

const roles = `
CREATE ROLE mallory LOGIN PASSWORD '${password}';
CREATE ROLE manager LOGIN CREATEROLE PASSWORD '${password}';
CREATE ROLE operator CREATEROLE;
CREATE ROLE login LOGIN NOINHERIT PASSWORD '${password}';
CREATE ROLE keeper;
CREATE ROLE legacy LOGIN;
GRANT operator TO login;`;

const rightsOf: Readonly<Record<Connection, string>> = {
  superuser: '',
  manager: 'GRANT keeper, legacy TO manager WITH ADMIN OPTION',
  'login with setRole': 'GRANT keeper, legacy TO operator WITH ADMIN OPTION',
};

export async function openHostileGround(major: PostgresMajor): Promise<HostileGround> {
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-hostile-'));
  await chmod(folder, 0o777); // for the system user that runs the server
  const file = join(folder, 'ran');
  const server = await startPostgres({ major, durable: false });
  const urlOf = (database: string, user = 'postgres'): string => {
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    if (user !== 'postgres') [url.username, url.password] = [user, password];
    return url.href;
  };
  const clients: pg.Client[] = [];
  const session = async (database: string): Promise<pg.Client> => {
    const options = '-c search_path=pg_catalog -c role=none';
    const client = new pg.Client({ connectionString: urlOf(database), options });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const sql = async (database: string, text: string): Promise<pg.QueryResult> => {
    const client = await session(database);
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };
  const opened: Database[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await Promise.all(clients.splice(0).map((client) => client.end()));
  };
  const copied = await fastCopy(server);
  await sql('postgres', `CREATE DATABASE evil_template ${copied}`);
  await sql('evil_template', lookalikes(file));
  await sql('evil_template', 'VACUUM ANALYZE'); // without statistics, a plan takes seconds
  const unmade = await sql('evil_template', 'SELECT what FROM evil.unmade');
  const url = (connection: Connection): string => {
    if (connection === 'superuser') return urlOf('shop');
    if (connection === 'manager') return urlOf('shop', 'manager');
    return `${urlOf('shop', 'login')}?role=operator`;
  };
  return {
    file,
    unmade: (unmade.rows as { what: string }[]).map(({ what }) => what),
    ran: async () =>
      (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    session,
    sql,
    open(connection) {
      const database = openDatabase(targetFromUrl(url(connection)));
      opened.push(database);
      return database;
    },
    async asMallory(database, text) {
      const client = new pg.Client({ connectionString: urlOf(database, 'mallory') });
      await client.connect();
      await client.query(text).finally(() => client.end());
    },
    async reset(connection) {
      await closeAll();
      const root = await session('postgres');
      for (const name of databases)
        await root.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      const { rows } = await root.query<{ name: string }>(
        "SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'",
      );
      const names = rows.map(({ name }) => name).join(', ');
      if (rows.length > 0) await root.query(`DROP OWNED BY ${names}; DROP ROLE ${names}`);
      await root.query(`${roles}${rightsOf[connection]}`);
      for (const name of databases) {
        await root.query(`CREATE DATABASE ${name} OWNER mallory TEMPLATE evil_template ${copied}`);
        await sql(name, traps(major));
      }
      await rm(file, { force: true }); // making an index evaluates its expressions
    },
    async close() {
      await closeAll();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
