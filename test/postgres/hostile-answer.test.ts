import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeAll, decodeRow, jsonOf, listOf, mostJsonValues } from '../../postgres/decode-row.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { runBatch } from '../../postgres/batch.ts';
import { rowTypes } from '../../postgres/row-types.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { Script } from './fake-server.ts';
import {
  flood,
  int16,
  int32,
  loggedIn,
  message,
  openFakeServer,
  ready,
  type FakeServer,
} from './fake-server.ts';
import { bulkyTypes, resultOf } from './hostile-rows.ts';

let server: FakeServer;
let database: Database;
afterEach(async () => {
  await database.close();
  await server.close();
});

async function opened(script: Script): Promise<Database> {
  server = await openFakeServer(script);
  database = openDatabase(
    targetFromUrl(`postgresql://ana:pw@127.0.0.1:${String(server.port)}/shop?sslmode=disable`),
  );
  return database;
}

/** The answer to the first query of a session. */
const session = resultOf(
  ['version', 23, '160000'],
  ['pid', 23, '1'],
  ['readsIdentity', 16, 't'],
  ['readsPasswords', 16, 'f'],
  ['login', 25, 'ana'],
  ['user', 25, 'ana'],
  ['database', 25, 'shop'],
  ['standby', 16, 'f'],
  ['readonly', 25, 'off'],
  ['transactionMs', 25, '0'],
);
const begun = message('C', 'BEGIN\0');
const committed = Buffer.concat([message('C', 'COMMIT\0'), ready]);
const opening = Buffer.concat([
  begun,
  session.subarray(0, session.length - ready.length),
  committed,
]);

/** Accepts a session, and answers its queries. */
function inSession(answer: (socket: Parameters<Script>[0]) => void): Script {
  return (socket, _received, turn) => {
    if (turn === 0) socket.write(loggedIn);
    else if (turn === 1) socket.write(opening);
    else answer(socket);
  };
}

test.each(bulkyTypes)('a value that the server calls %s stays text', async (_name, type, text) => {
  const shop = await opened(inSession((socket) => socket.write(resultOf(['a', type, text]))));
  const rows = await shop.use(
    async ({ client }) => (await client.query('SELECT 1')).rows as unknown,
  );
  expect(rows).toEqual([{ a: text }]);
});

test('whatever type a server gives a long text, it stays text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.string({ minLength: 12 }), (type, text) => {
      expect(rowTypes.getTypeParser(type)(text)).toBe(text);
    }),
  );
});

test.each([
  [16, 't', true],
  [16, 'f', false],
  [23, '-2147483648', -2_147_483_648],
  [21, '7', 7],
  [25, '7', '7'],
])('type %d has %s as %p', (type, text, value) => {
  expect(rowTypes.getTypeParser(type)(text)).toBe(value);
});

const twoMebibytes = 'x'.repeat(2_097_152);

test('the first answer after a login is at most 1 MiB long', async () => {
  const shop = await opened((socket, _received, turn) => {
    socket.write(turn === 0 ? loggedIn : resultOf(['version', 25, twoMebibytes]));
  });
  await expect(shop.use(() => Promise.resolve())).rejects.toMatchObject({
    code: 'ServerAnswerTooLarge',
    message: expect.stringContaining('a response of more than 1 MiB') as unknown,
  });
});

test('an answer can be longer than 1 MiB only if the query allows it', async () => {
  const shop = await opened(inSession((socket) => socket.write(resultOf(['a', 25, twoMebibytes]))));
  await shop.use(async ({ client }) => {
    const [large] = await runBatch(client, ['SELECT 1'], 'large');
    expect(large?.rows).toEqual([{ a: twoMebibytes }]);
  });
  const small = shop.use(({ client }) => runBatch(client, ['SELECT 1']));
  await expect(small).rejects.toMatchObject({ code: 'ServerAnswerTooLarge' });
});

test('a large answer ends at 32 MiB', async () => {
  const row = message('D', Buffer.concat([int16(1), int32(100_000), Buffer.alloc(100_000, 'x')]));
  const shop = await opened(
    inSession((socket) => {
      socket.write(message('T', Buffer.concat([int16(1), Buffer.from('a\0'), Buffer.alloc(18)])));
      flood(socket, row);
    }),
  );
  const large = shop.use(({ client }) => runBatch(client, ['SELECT 1'], 'large'));
  await expect(large).rejects.toMatchObject({
    code: 'ServerAnswerTooLarge',
    message: expect.stringContaining('a response of more than 32 MiB') as unknown,
  });
});

test('a server that describes thousands of columns is cut off before it sends rows', async () => {
  const column = Buffer.concat([Buffer.from('a\0'), Buffer.alloc(18)]);
  const columns = Buffer.concat(Array.from({ length: 1_000 }, () => column));
  const shop = await opened(
    inSession((socket) => socket.write(message('T', Buffer.concat([int16(1_000), columns])))),
  );
  const large = shop.use(({ client }) => runBatch(client, ['SELECT 1'], 'large'));
  await expect(large).rejects.toMatchObject({
    code: 'ServerAnswerTooLarge',
    message: expect.stringContaining('a message of more than 1 KiB') as unknown,
  });
});

describe('of a row with JSON', () => {
  const list = z.object({ rows: jsonOf(z.array(z.unknown())) });
  const result = (...rows: unknown[]) => ({ rows, command: '', rowCount: 0, oid: 0, fields: [] });

  test.each(['{},', '[],', '1,', '"a",'])(
    'nothing is read if %s is in it millions of times',
    (value) => {
      const text = `[${value.repeat(mostJsonValues + 1)}1]`;
      expect(thrownBy(() => decodeRow(list, result({ rows: text })))).toMatchObject({
        code: 'ServerAnswerTooLarge',
      });
    },
  );

  test('the sizes of several columns are added', () => {
    const text = `[${'1,'.repeat(mostJsonValues / 2)}1]`;
    expect(() => decodeRow(list, result({ rows: text, other: text }))).toThrow(/million values/);
    expect(decodeRow(list, result({ rows: text })).rows).toHaveLength(mostJsonValues / 2 + 1);
  });

  test('no part of a text that is not JSON is repeated', () => {
    const error = thrownBy(() => decodeRow(list, result({ rows: 'hunter2' })));
    expect(error).toBeInstanceOf(z.ZodError);
    expect(String(error)).not.toContain('hunter');
  });

  test('only the first of many wrong elements is reported', () => {
    const names = z.object({ rows: jsonOf(listOf(z.string())) });
    const manyRows = result(...Array.from({ length: 1_000 }, () => ({ name: 1 })));
    for (const work of [
      () => decodeRow(names, result({ rows: `[${'1,'.repeat(1_000)}1]` })),
      () => decodeAll(z.object({ name: z.string() }), manyRows),
    ])
      expect(thrownBy(work)).toMatchObject({ issues: [{ code: 'invalid_type' }] });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
