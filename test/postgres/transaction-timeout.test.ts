import { afterEach, expect, test } from '@jest/globals';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import type { FakeServer } from './fake-server.ts';
import { message, openFakeServer } from './fake-server.ts';

let server: FakeServer;
let database: Database;
afterEach(async () => {
  await database.close();
  await server.close();
});

const fatal = (code: string, text: string): Buffer =>
  message('E', `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
const ended = fatal('25P04', 'terminating connection due to transaction timeout');
const refused = fatal('08P01', 'unsupported startup parameter: options');

/** The startup packets of one attempt to connect. Each gets this answer. */
async function packetsOfOneAttempt(answer: (packet: string) => Buffer): Promise<string[]> {
  const packets: string[] = [];
  server = await openFakeServer((socket, received) => {
    const packet = received.toString('latin1');
    packets.push(packet);
    socket.end(answer(packet));
  });
  database = openDatabase({
    host: '127.0.0.1',
    port: server.port,
    database: 'shop',
    user: 'ana',
    password: 'x',
    role: undefined,
    sslMode: 'disable',
  });
  const attempt = database.use(() => Promise.resolve());
  await expect(attempt).rejects.toMatchObject({ code: 'DatabaseTimeout' });
  return packets;
}

test('a login that a transaction_timeout ends is retried once, with settings that forbid it', async () => {
  const packets = await packetsOfOneAttempt(() => ended);
  const forbids = packets.map((packet) => packet.includes('-c transaction_timeout=0'));
  expect(forbids).toEqual([false, true]);
});

test('behind a pooler that rejects settings, such a login is retried once without them', async () => {
  const packets = await packetsOfOneAttempt((packet) =>
    packet.includes('search_path') ? refused : ended,
  );
  expect(packets.map((packet) => packet.includes('search_path'))).toEqual([true, false, false]);
});
