import { afterAll, expect, test } from '@jest/globals';
import { databasePools, openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { majors, postgresUrl } from '../setup/servers.ts';

const opened: { close: () => Promise<void> }[] = [];

afterAll(() => Promise.all(opened.map((database) => database.close())));

test('concurrent callers all fall back from TLS if the server has none', async () => {
  const url = await postgresUrl(majors().at(-1) ?? 18);
  const database = openDatabase({ ...targetFromUrl(url), sslMode: 'prefer' });
  opened.push(database);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => database.use(({ client }) => client.query('SELECT 1'))),
  );
  expect(answers.map(({ rowCount }) => rowCount)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('a server without TLS is refused if TLS is required', async () => {
  const url = await postgresUrl(majors().at(-1) ?? 18);
  const database = openDatabase({ ...targetFromUrl(url), sslMode: 'require' });
  opened.push(database);
  await expect(database.use(({ client }) => client.query('SELECT 1'))).rejects.toMatchObject({
    code: 'DatabaseConnectionFailed',
  });
});

test('a target is forgotten ten minutes after its last use, and not before', async () => {
  const target = targetFromUrl(await postgresUrl(majors().at(-1) ?? 18));
  let now = 0;
  const pools = databasePools({ now: () => now });
  opened.push(pools);
  const minute = 60_000;
  const first = pools.get(target);
  now = 9 * minute;
  expect(pools.get({ ...target })).toBe(first);
  now = 18 * minute;
  expect(pools.get(target)).toBe(first);
  now = 28 * minute;
  pools.get({ ...target, password: 'another' });
  expect(pools.get(target)).not.toBe(first);
});

test('targets that differ only in a certificate have separate connections', async () => {
  const target = targetFromUrl(await postgresUrl(majors().at(-1) ?? 18));
  const pools = databasePools();
  opened.push(pools);
  expect(pools.get({ ...target, tls: { ca: 'one' } })).not.toBe(
    pools.get({ ...target, tls: { ca: 'two' } }),
  );
});
