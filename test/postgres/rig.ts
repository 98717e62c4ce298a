import pg from 'pg';
import { quoteIdentifier } from '../../core/sql.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import type { Intent } from '../../postgres/contract.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { graphOf } from '../core/parsed.ts';
import { freshDatabase, majors, uniqueName } from '../setup/servers.ts';

/** The oldest and the newest version. Versions between them do not differ in what these tests cover. */
export const someMajors: readonly PostgresMajor[] = [
  ...new Set(majors().filter((_, index, all) => index === 0 || index === all.length - 1)),
];

/** A separate database on a shared server, reached as superuser with SQL and with pgwarden's code. */
export interface Rig {
  readonly url: string;
  readonly name: string;
  readonly database: Database;
  /** A unique role name. The rig drops the role. */
  role(prefix: string): string;
  sql(text: string): Promise<pg.QueryResult>;
  /** Another session, to hold locks with. */
  session(): Promise<pg.Client>;
  /** The same database with other connection settings. Closed with the rig. */
  open(url: string): Database;
  close(): Promise<void>;
}

export async function openRig(major: PostgresMajor): Promise<Rig> {
  const { url, name, drop } = await freshDatabase(major);
  const roles: string[] = [];
  const clients: pg.Client[] = [];
  const databases: Database[] = [];
  const open = (address: string): Database => {
    const database = openDatabase(targetFromUrl(address));
    databases.push(database);
    return database;
  };
  const session = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const root = await session();
  return {
    url,
    name,
    database: open(url),
    open,
    session,
    role(prefix) {
      const role = uniqueName(prefix);
      roles.push(role);
      return role;
    },
    sql: (text) => root.query(text),
    async close() {
      await Promise.all(databases.map((database) => database.close()));
      const there = await root.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)',
        [roles],
      );
      for (const { rolname } of there.rows)
        await root.query(
          `DROP OWNED BY ${quoteIdentifier(rolname)} CASCADE; DROP ROLE ${quoteIdentifier(rolname)}`,
        );
      await Promise.all(clients.map((client) => client.end()));
      await drop();
    },
  };
}

export function intentOf(manifest: string, passwordVersions: Record<string, string> = {}): Intent {
  return {
    graph: graphOf(manifest),
    mode: 'authoritative',
    passwordVersions,
    appliedPasswords: {},
  };
}

/** The URL with other parts, e.g. `{ username: 'ana' }`. */
export function urlWith(
  url: string,
  parts: Partial<Record<'username' | 'password' | 'hostname' | 'port' | 'pathname', string>>,
): string {
  const other = new URL(url);
  Object.assign(other, parts);
  return other.href;
}
