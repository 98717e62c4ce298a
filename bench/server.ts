import pg from 'pg';
import type { PostgresMajor } from '../embedded/postgres-binaries.ts';
import { startPostgres } from '../embedded/postgres.ts';
import type { Workload } from './workload.ts';
import { createObjects } from './workload.ts';

/** A PostgreSQL server only for measurements, with one database at a time. */
export interface BenchServer {
  readonly port: number;
  /** Creates the database with the objects of a workload. Returns its superuser URL, without TLS. */
  newDatabase(workload: Workload): Promise<string>;
  /** Drops the database and every role. */
  dropEverything(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchServer(major: PostgresMajor): Promise<BenchServer> {
  const settings = { max_locks_per_transaction: '2048' };
  const server = await startPostgres({ major, durable: false, settings });
  const root = new pg.Client({ connectionString: server.url });
  await root.connect();
  return {
    port: server.port,
    async newDatabase(workload) {
      await root.query('CREATE DATABASE bench');
      const url = new URL(server.url);
      url.pathname = '/bench';
      url.searchParams.set('sslmode', 'disable');
      await createObjects(url.href, workload);
      return url.href;
    },
    async dropEverything() {
      await root.query('DROP DATABASE bench WITH (FORCE)');
      const { rows } = await root.query<{ name: string }>(
        "SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^(pg_|postgres)'",
      );
      if (rows.length > 0) await root.query(`DROP ROLE ${rows.map(({ name }) => name).join(', ')}`);
    },
    async stop() {
      await root.end();
      await server.stop();
    },
  };
}
