import pg from 'pg';
import { rowsOf } from '../setup/rows.ts';
import type { TestDatabase } from '../setup/servers.ts';

/** Prevents a role from being altered until it is released. */
export async function holdRole({ url }: TestDatabase, role: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`BEGIN; ALTER ROLE ${role} CONNECTION LIMIT 5`);
  return {
    release: async () => {
      await client.query('ROLLBACK');
      await client.end();
    },
  };
}

/** Whether a session waits for a lock in the database. */
export async function isBlocked({ url, name }: TestDatabase): Promise<boolean> {
  const sql = `SELECT FROM pg_catalog.pg_stat_activity
                WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
  return (await rowsOf(url, sql)).length > 0;
}
