import { afterAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../postgres/target.ts';
import { majors, postgresUrl } from '../setup/servers.ts';

const opened: { close: () => Promise<void> }[] = [];

afterAll(() => Promise.all(opened.map((database) => database.close())));

test('callers that come at once all fall back from TLS where the server has none', async () => {
  const url = await postgresUrl(majors().at(-1) ?? 18);
  const database = openDatabase({ ...targetFromUrl(url), sslMode: 'prefer' });
  opened.push(database);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => database.use(({ client }) => client.query('SELECT 1'))),
  );
  expect(answers.map(({ rowCount }) => rowCount)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('a server without TLS is refused where TLS is required', async () => {
  const url = await postgresUrl(majors().at(-1) ?? 18);
  const database = openDatabase({ ...targetFromUrl(url), sslMode: 'require' });
  opened.push(database);
  await expect(database.use(({ client }) => client.query('SELECT 1'))).rejects.toMatchObject({
    code: 'DatabaseConnectionFailed',
  });
});
