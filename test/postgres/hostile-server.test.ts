import { afterEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { ConnectionTarget } from '../../core/connection/target.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { eventually } from '../workflows/wait.ts';
import type { FakeServer, Script } from './fake-server.ts';
import {
  authentication,
  flood,
  int16,
  int32,
  loggedIn,
  message,
  openFakeServer,
  ready,
} from './fake-server.ts';

const password = 'hunter2hunter2';
const mebibyte = 1_048_576;

let server: FakeServer;
let database: Database;
afterEach(async () => {
  await database.close();
  await server.close();
});

async function ask(script: Script, options: Partial<ConnectionTarget> = {}): Promise<unknown> {
  server = await openFakeServer(script);
  database = openDatabase({
    host: '127.0.0.1',
    port: server.port,
    database: 'shop',
    user: 'ana',
    password,
    role: undefined,
    sslMode: 'disable',
    ...options,
  });
  return database.use(({ client }) => client.query('SELECT 1'));
}

/** Sends this after the client has sent its startup packet. */
function afterStartup(...bytes: Buffer[]): Script {
  return (socket, _received, turn) => {
    if (turn === 0) socket.write(Buffer.concat(bytes));
  };
}

/** Accepts the login, and answers the first query with this. */
function afterLogin(answer: (socket: Parameters<Script>[0]) => void): Script {
  return (socket, _received, turn) => {
    if (turn === 0) socket.write(loggedIn);
    else if (turn === 1) answer(socket);
  };
}

const parameter = message('S', 'application_name\0x\0');
const notification = message('A', Buffer.concat([int32(1), Buffer.from('channel\0payload\0')]));
const notice = message('N', `SNOTICE\0C00000\0M${'x'.repeat(1_000)}\0\0`);
const column = Buffer.concat([Buffer.from('a\0'), Buffer.alloc(6), int32(25), Buffer.alloc(8)]);
const rowDescription = message('T', Buffer.concat([int16(1), column]));
const emptyRow = message('D', int16(0));

test.each<[string, (socket: Parameters<Script>[0]) => void]>([
  ['a row of 1.5 GB', (socket) => void socket.write(message('D', 'x', 1_500_000_000))],
  ['an error of 2 MiB', (socket) => void socket.write(message('E', 'x', 2 * mebibyte))],
  ['a parameter of 2 MiB', (socket) => void socket.write(message('S', 'x', 2 * mebibyte))],
  ['column descriptions of 2 MiB', (socket) => void socket.write(message('T', 'x', 2 * mebibyte))],
  [
    'notices without end',
    (socket) => {
      flood(socket, notice);
    },
  ],
  [
    'parameters without end',
    (socket) => {
      flood(socket, parameter);
    },
  ],
  [
    'notifications without end',
    (socket) => {
      flood(socket, notification);
    },
  ],
  [
    'results without end',
    (socket) => {
      flood(socket, message('C', 'SELECT 0\0'));
    },
  ],
  [
    'empty rows without end',
    (socket) => {
      socket.write(rowDescription);
      flood(socket, emptyRow);
    },
  ],
])('a server that sends %s is cut off', async (_, answer) => {
  await expect(ask(afterLogin(answer))).rejects.toMatchObject({
    code: 'ServerAnswerTooLarge',
    message: expect.stringMatching(/^database "shop" at 127\.0\.0\.1:\d+ sent /) as unknown,
  });
  await closed();
});

test('a server that sends a huge message before the login is cut off', async () => {
  await expect(ask(afterStartup(message('E', 'x', 1_500_000_000)))).rejects.toMatchObject({
    code: 'ServerAnswerTooLarge',
  });
  await closed();
});

test('a flood of rows uses only a few times the limit in memory', async () => {
  const before = process.memoryUsage().rss;
  let peak = 0;
  const measure = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
  const row = message('D', Buffer.concat([int16(1), int32(100_000), Buffer.alloc(100_000, 'x')]));
  const refusal = ask(
    afterLogin((socket) => {
      socket.write(rowDescription);
      flood(socket, row);
    }),
  );
  await expect(refusal).rejects.toMatchObject({ code: 'ServerAnswerTooLarge' });
  clearInterval(measure);
  expect(peak - before).toBeLessThan(6 * 32 * mebibyte);
});

const malformed: readonly [string, Buffer[]][] = [
  ['not PostgreSQL', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
  ['a message of no known type', [loggedIn, message('?', 'x')]],
  ['a message shorter than its header', [message('R', '', 0)]],
  ['a row with a negative number of columns', [loggedIn, message('D', int16(-1))]],
  ['an authentication request without a number', [message('R', 'x')]],
  ['the end of a login that never began', [ready]],
  ['a row before the login', [emptyRow]],
];

test.each(malformed)(
  'a server that sends %s is refused, and the process continues',
  async (_, bytes) => {
    const refusal = ask((socket, _received, turn) => {
      const some = turn === 0 ? bytes.slice(0, 1) : bytes.slice(1);
      if (turn < 2) socket.write(Buffer.concat(some));
    });
    await expect(refusal).rejects.toMatchObject({
      code: expect.stringMatching(/^Database(ConnectionFailed|AuthenticationFailed)$/) as unknown,
    });
    await closed();
  },
);

test.each(['prefer', 'allow'] as const)(
  'with sslMode %s, a server without TLS that asks for the password in clear text does not get it',
  async (sslMode) => {
    // A man in the middle answers N to the request for TLS.
    const script: Script = (socket, received) =>
      void socket.write(isSslRequest(received) ? 'N' : authentication(3));
    await expect(ask(script, { sslMode })).rejects.toMatchObject({
      code: 'DatabaseAuthenticationFailed',
      message: expect.stringContaining('in clear text without TLS') as unknown,
    });
    await closed();
    expect(server.received().includes(password)).toBe(false);
  },
);

test.each(['require', 'verify-ca', 'verify-full'] as const)(
  'with sslMode %s, a server without TLS gets nothing but the request for TLS',
  async (sslMode) => {
    const script: Script = (socket) => void socket.write('N');
    await expect(ask(script, { sslMode })).rejects.toMatchObject({
      code: 'DatabaseConnectionFailed',
      message: expect.stringContaining('does not support TLS') as unknown,
    });
    expect(server.received()).toHaveLength(8);
  },
);

test('unencrypted bytes that follow the agreement to TLS end the connection', async () => {
  const script: Script = (socket) => void socket.write(Buffer.concat([Buffer.from('S'), loggedIn]));
  await expect(ask(script, { sslMode: 'require' })).rejects.toMatchObject({
    code: 'DatabaseConnectionFailed',
  });
  expect(server.received()).toHaveLength(8);
});

const salt = createHash('md5').update('').digest().subarray(0, 4);
const plainScram = authentication(10, 'SCRAM-SHA-256\0\0');

test.each([
  ['believes every client', authentication(0)],
  ['asks for clear text', authentication(3)],
  ['asks for MD5', authentication(5, salt)],
  ['offers SCRAM without channel binding', plainScram],
  ['offers SCRAM with channel binding, but no TLS', authentication(10, 'SCRAM-SHA-256-PLUS\0\0')],
])('with required channel binding, a server that %s is refused', async (_, request) => {
  const refusal = ask(afterStartup(request, ready), { channelBinding: 'require' });
  await expect(refusal).rejects.toMatchObject({
    code: 'DatabaseAuthenticationFailed',
    message: expect.stringContaining('SCRAM-SHA-256-PLUS') as unknown,
  });
  await closed();
  // The startup packet, and nothing after it.
  expect(server.received()).toHaveLength(server.received().readInt32BE(0));
});

test('a server that changes the login method in the middle of a login gets nothing', async () => {
  const refusal = ask(afterStartup(plainScram, authentication(3)));
  await expect(refusal).rejects.toMatchObject({ code: 'DatabaseAuthenticationFailed' });
  expect(server.received().includes(password)).toBe(false);
});

test('a server that ends a SCRAM login without its own proof is refused', async () => {
  const script: Script = (socket, _received, turn) => {
    if (turn === 0) socket.write(plainScram);
    else if (turn === 1) socket.write(loggedIn);
  };
  await expect(ask(script)).rejects.toMatchObject({
    code: 'DatabaseAuthenticationFailed',
    message: expect.stringContaining('without proof') as unknown,
  });
});

test('two thousand million iterations of SCRAM are refused', async () => {
  const script: Script = (socket, received, turn) => {
    if (turn === 0) socket.write(plainScram);
    else socket.write(authentication(11, `r=${nonceOf(received)}xyz,s=c2FsdA==,i=2000000000`));
  };
  await expect(ask(script)).rejects.toMatchObject({
    code: 'DatabaseAuthenticationFailed',
    message: expect.stringContaining('iteration count 2000000000 exceeds') as unknown,
  });
});

test('a login without a password reports the missing password, and does not send PGPASSWORD', async () => {
  process.env.PGPASSWORD = password;
  try {
    await expect(
      ask(afterStartup(authentication(3)), { password: undefined }),
    ).rejects.toMatchObject({
      code: 'DatabaseAuthenticationFailed',
      message: expect.stringContaining('the connection has none') as unknown,
    });
  } finally {
    delete process.env.PGPASSWORD;
  }
  expect(server.received().includes(password)).toBe(false);
});

test.each<[string, Partial<ConnectionTarget>]>([
  ['database', { database: 'shop\0user\0postgres' }],
  ['user', { user: 'ana\nroot' }],
  ['setRole', { role: 'dba\r' }],
  ['host', { host: '127.0.0.1\0.example.com' }],
  ['host', { otherHosts: [{ host: 'a\tb', port: 1 }] }],
  ['database', { database: 'shop\u007f' }],
])('a %s with a control character is refused before anything is sent', async (field, options) => {
  await expect(ask(afterStartup(loggedIn), options)).rejects.toMatchObject({
    code: 'InvalidConnectionParams',
    message: `the ${field} of the connection contains a control character`,
  });
  expect(server.received()).toHaveLength(0);
});

function isSslRequest(received: Buffer): boolean {
  return received.length === 8 && received.readInt32BE(4) === 80_877_103;
}

function nonceOf(received: Buffer): string {
  return /r=(\S+)/.exec(received.toString('latin1'))?.[1] ?? '';
}

async function closed(): Promise<void> {
  await eventually(() => server.openConnections() === 0);
}
