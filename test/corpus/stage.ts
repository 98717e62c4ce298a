import { expect } from '@jest/globals';
import pg from 'pg';
import type { PostgresServer } from '../../embedded/postgres.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';

const manager = { name: 'corpus_manager', password: 'corpus' };
const database = 'corpus';

/** A server of its own, because roles are the whole server's, on which one scenario after another is set. */
export interface Stage {
  /** Makes an empty database, runs `before` as superuser, and returns a URL to connect with. */
  set(before: string, as: 'superuser' | 'manager'): Promise<string>;
  /** Each line-separated query must return one row with one column that is true. */
  expectAllTrue(queries: string): Promise<void>;
  /** Takes the databases and roles away again. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(major: PostgresMajor): Promise<Stage> {
  const server = await startPostgres({ major, durable: false });
  const root = new pg.Client({ connectionString: server.url });
  await root.connect();
  return {
    async set(before, as) {
      await root.query(
        `CREATE ROLE ${manager.name} LOGIN CREATEROLE PASSWORD '${manager.password}'`,
      );
      await root.query(
        `CREATE DATABASE ${database} OWNER ${as === 'manager' ? manager.name : 'postgres'}`,
      );
      await onDatabase(server, async (client) => {
        if (as === 'manager') await client.query(`ALTER SCHEMA public OWNER TO ${manager.name}`);
        if (before.trim() !== '') await client.query(before);
      });
      return urlFor(server, as);
    },
    async expectAllTrue(queries) {
      await onDatabase(server, async (client) => {
        for (const query of queries.split(/;\s*\n/).filter((text) => text.trim() !== '')) {
          const { rows } = await client.query<Record<string, unknown>>(query);
          expect({ query, rows: rows.map((row) => Object.values(row)) }).toEqual({
            query,
            rows: [[true]],
          });
        }
      });
    },
    clear: () => clearServer(root),
    async close() {
      await root.end();
      await server.stop();
    },
  };
}

function urlFor(server: PostgresServer, as: 'superuser' | 'manager'): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  if (as === 'manager') {
    url.username = manager.name;
    url.password = manager.password;
  }
  return url.href;
}

async function onDatabase(
  server: PostgresServer,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: urlFor(server, 'superuser') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function clearServer(root: pg.Client): Promise<void> {
  const databases = await root.query<{ name: string }>(
    "SELECT quote_ident(datname) AS name FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')",
  );
  for (const { name } of databases.rows) await root.query(`DROP DATABASE ${name} WITH (FORCE)`);
  const roles = await root.query<{ name: string }>(
    "SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'",
  );
  for (const { name } of roles.rows) await root.query(`DROP OWNED BY ${name} CASCADE`);
  if (roles.rows.length > 0)
    await root.query(`DROP ROLE ${roles.rows.map(({ name }) => name).join(', ')}`);
}
