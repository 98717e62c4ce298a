import pg from 'pg';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';

/** A server of its own, because nothing may go on on it beside what is watched. */
export interface HostileGround {
  /** Works on a database made by the SQL: a new one, unless the last work left one as it was. */
  stand(setup: string, work: (url: string) => Promise<Outcome>): Promise<string>;
  close(): Promise<void>;
}

interface Outcome {
  readonly result: string;
  /** Whether nothing was changed. */
  readonly isAsBefore: boolean;
}

const name = 'corpus';

export async function openHostileGround(major: PostgresMajor): Promise<HostileGround> {
  const server = await startPostgres({ major, durable: false });
  const root = new pg.Client({ connectionString: server.url });
  await root.connect();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  let standing: string | undefined;
  return {
    async stand(setup, work) {
      if (standing !== setup) {
        await root.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await root.query(dropRoles);
        await root.query(`CREATE DATABASE ${name}`);
        await runOn(url.href, setup);
      }
      standing = undefined;
      const { result, isAsBefore } = await work(url.href);
      if (isAsBefore) standing = setup;
      return result;
    },
    async close() {
      await root.end();
      await server.stop();
    },
  };
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
