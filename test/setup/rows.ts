import pg from 'pg';

/** The rows of one query, on a connection of its own. */
export async function rowsOf<T extends pg.QueryResultRow = Record<string, unknown>>(
  url: string,
  sql: string,
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
