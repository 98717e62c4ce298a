import { expect } from '@jest/globals';
import pg from 'pg';
import { quoteIdentifier } from '../../core/sql.ts';
import type { PostgresServer } from '../../embedded/postgres.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { fastCopy } from '../setup/fast-copy.ts';
import type { Scenario } from './scenario.ts';

const manager = { name: 'corpus_manager', password: 'corpus' };
const database = 'corpus';
const otherDatabase = 'corpus_other';

/**
 * A server on which one scenario after another is played. It is not shared, because roles belong to the whole server.
 */
export interface Stage {
  /** Makes an empty database with the initial state of the scenario, and returns a URL for it. */
  set(scenario: Scenario, as: 'superuser' | 'manager'): Promise<string>;
  /** Each line is a query that must return one row with one column that is true. */
  expectAllTrue(queries: string): Promise<void>;
  /** Drops the databases and roles. */
  clear(): Promise<void>;
  /** Names of the catalogs in which this version of PostgreSQL keeps ACLs, in order. */
  catalogsWithAcls(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openStage(major: PostgresMajor): Promise<Stage> {
  const server = await startPostgres({ major, durable: false });
  const root = new pg.Client({ connectionString: server.url });
  await root.connect();
  const copied = await fastCopy(server);
  const sessions: pg.Client[] = [];
  return {
    async set({ before, elsewhere, options }, as) {
      await root.query(
        `CREATE ROLE ${manager.name} LOGIN CREATEROLE PASSWORD '${manager.password}'`,
      );
      await root.query(
        `CREATE DATABASE ${database} OWNER ${as === 'manager' ? manager.name : 'postgres'} ${copied}`,
      );
      await onDatabase(server, database, async (client) => {
        if (as === 'manager') await client.query(`ALTER SCHEMA public OWNER TO ${manager.name}`);
        if (before.trim() !== '') await client.query(before);
      });
      if (elsewhere !== '') {
        await root.query(`CREATE DATABASE ${otherDatabase} ${copied}`);
        await onDatabase(server, otherDatabase, (client) => client.query(elsewhere));
      }
      for (const role of options.sessions) sessions.push(await openSession(root, server, role));
      return urlFor(server, as);
    },
    async expectAllTrue(queries) {
      await onDatabase(server, database, async (client) => {
        for (const query of queries.split(/;\s*\n/).filter((text) => text.trim() !== '')) {
          const { rows } = await client.query<Record<string, unknown>>(query);
          expect({ query, rows: rows.map((row) => Object.values(row)) }).toEqual({
            query,
            rows: [[true]],
          });
        }
      });
    },
    async clear() {
      await Promise.all(sessions.splice(0).map((session) => session.end()));
      await clearServer(root);
    },
    async catalogsWithAcls() {
      const { rows } = await root.query<{ readonly name: string }>(`
        SELECT DISTINCT c.relname::text AS name
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
         WHERE a.atttypid = 'aclitem[]'::regtype
         ORDER BY 1`);
      return rows.map(({ name }) => name);
    },
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

/** A session of a role, which needs LOGIN. Some scenarios end it. */
async function openSession(
  root: pg.Client,
  server: PostgresServer,
  role: string,
): Promise<pg.Client> {
  await root.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD '${manager.password}'`);
  const url = new URL(urlFor(server, 'superuser'));
  url.username = role;
  url.password = manager.password;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function onDatabase(
  server: PostgresServer,
  name: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
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
  if (roles.rows.length === 0) return;
  const all = roles.rows.map(({ name }) => name).join(', ');
  await root.query(`DROP OWNED BY ${all} CASCADE; DROP ROLE ${all}`);
}
