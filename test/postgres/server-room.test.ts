import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { databasePools, type Database, type DatabasePools } from '../../postgres/pool.ts';
import { freshDatabase, majors, type TestDatabase } from '../setup/servers.ts';

const most = 4;
let databases: TestDatabase[];
const opened: DatabasePools[] = [];
let observer: pg.Client;

beforeAll(async () => {
  const major = majors().at(-1) ?? 18;
  databases = await Promise.all(Array.from({ length: 6 }, () => freshDatabase(major)));
  observer = new pg.Client(databases[0]?.url);
  await observer.connect();
});

afterAll(async () => {
  await Promise.all(opened.map((pools) => pools.close()));
  await observer.end();
  await Promise.all(databases.map((database) => database.drop()));
});

const applicationName = 'pgwarden';

/** Process IDs of the sessions in the databases of this test. */
async function sessions(): Promise<number[]> {
  const { rows } = await observer.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = ANY ($2)',
    [applicationName, databases.map(({ name }) => name)],
  );
  return rows.map(({ pid }) => pid);
}

function open(): Database[] {
  const pools = databasePools({ connectionsPerServer: most });
  opened.push(pools);
  return databases.map(({ url }) => pools.get(targetFromUrl(url)));
}

/** Its session, and how many there are while it runs. */
function look(database: Database) {
  return database.use(async ({ client }) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const [row] = rows;
    return { pid: row?.pid, others: (await sessions()).length };
  });
}

test('the databases of one server share its connections, and an idle one makes room for another database', async () => {
  const all = open();
  const rounds = await Promise.all([...all, ...all, ...all].map((database) => look(database)));
  expect(rounds).toHaveLength(18);
  expect(Math.max(...rounds.map(({ others }) => others))).toBeLessThanOrEqual(most);
  // Nothing waits, so the connections stay open for the next use.
  expect(await sessions()).toHaveLength(most);
  const last = all.at(-1);
  if (last === undefined) throw new Error('no database');
  expect((await look(last)).pid).toBe((await look(last)).pid);
});

test('work that was cancelled no longer waits for a connection', async () => {
  const [first, second] = open();
  if (first === undefined || second === undefined) throw new Error('no database');
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const busy = Array.from({ length: most }, () => first.use(() => finished));
  const cancel = new AbortController();
  const waiting = second.use(() => Promise.resolve(), { signal: cancel.signal });
  cancel.abort(new Error('cancelled'));
  await expect(waiting).rejects.toMatchObject({
    name: 'Refusal',
    message: expect.not.stringContaining('got no connection within'),
  });
  finish();
  await Promise.all(busy);
  expect((await look(second)).pid).toEqual(expect.any(Number));
});
