import { expect, test } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, majors, postgresUrl } from '../setup/servers.ts';

test.each(majors())('a test gets its own database on PostgreSQL %s', async (major) => {
  const database = await freshDatabase(major);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string; version: string }>(
    `SELECT current_database() AS name, current_setting('server_version') AS version`,
  );
  await client.end();
  await database.drop();
  expect(rows[0]?.name).toBe(database.name);
  expect(rows[0]?.version.split('.')[0]).toBe(String(major));
});

test('everyone who asks for a version gets the same server', async () => {
  const [major = 18] = majors();
  expect(await postgresUrl(major)).toBe(await postgresUrl(major));
});
