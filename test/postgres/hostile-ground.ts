import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { fastCopy } from '../setup/fast-copy.ts';
import { stateSql } from './hostile-manifest.ts';

/** A server of its own, because nothing else may run on it. */
export interface HostileGround {
  /** Works on a database made by the SQL. It is a new one, unless the last work left the old one unchanged. */
  stand(setup: string, work: (url: string) => Promise<string>): Promise<Outcome>;
  close(): Promise<void>;
}

interface Outcome {
  readonly result: string;
  /** The whole state of the server, one line for each thing: see `stateSql`. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The current database, with a session that watches it. */
interface Standing {
  readonly setup: string;
  readonly watcher: pg.Client;
  readonly state: readonly string[];
  /** Whether it is still unchanged. */
  readonly isNew: boolean;
}

const name = 'corpus';

export async function openHostileGround(major: PostgresMajor): Promise<HostileGround> {
  const server = await startPostgres({ major, durable: false });
  const copied = await fastCopy(server);
  const root = new pg.Client({ connectionString: server.url });
  await root.connect();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  let standing: Standing | undefined;

  const build = async (setup: string): Promise<Standing> => {
    await standing?.watcher.end();
    standing = undefined;
    await root.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await root.query(dropRoles);
    await root.query(`CREATE DATABASE ${name} ${copied}`);
    await runOn(url.href, setup);
    // It starts after the setup, because settings apply only to later sessions.
    const watcher = new pg.Client({ connectionString: url.href });
    await watcher.connect();
    return { setup, watcher, state: await stateOf(watcher), isNew: true };
  };

  return {
    async stand(setup, work) {
      const made = standing?.isNew && standing.setup === setup ? standing : await build(setup);
      standing = { ...made, isNew: false };
      const result = await work(url.href);
      const after = await stateOf(made.watcher);
      if (isDeepStrictEqual(made.state, after)) standing = made;
      return { result, before: made.state, after };
    },
    async close() {
      await standing?.watcher.end();
      await root.end();
      await server.stop();
    },
  };
}

async function stateOf(watcher: pg.Client): Promise<string[]> {
  const { rows } = await watcher.query<Record<string, unknown>>(stateSql);
  return rows.map((row) => JSON.stringify(row)).sort();
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const dropRoles = `DO $$ DECLARE it name; BEGIN
  FOR it IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
    EXECUTE format('DROP OWNED BY %I CASCADE', it);
  END LOOP;
  FOR it IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
    EXECUTE format('DROP ROLE %I', it);
  END LOOP;
END $$`;
