import pg from 'pg';

/** The rows of one query, on a new connection. */
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

export async function roleExists(url: string, role: string): Promise<boolean> {
  const rows = await rowsOf(url, `SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}'`);
  return rows.length === 1;
}
