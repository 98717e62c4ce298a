import { afterEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { FakeServer, Script } from './fake-server.ts';
import { authentication, loggedIn, message, openFakeServer, ready } from './fake-server.ts';

let server: FakeServer;
let database: Database;
afterEach(async () => {
  await database.close();
  await server.close();
});

async function ask(script: Script, { password = 'pw' } = {}): Promise<unknown> {
  server = await openFakeServer(script);
  const url = `postgresql://ana@127.0.0.1:${String(server.port)}/shop?sslmode=disable`;
  database = openDatabase({ ...targetFromUrl(url), password });
  return database.use(({ client }) => client.query('SELECT 1'));
}

function errorOf(state: string, text: string): Buffer {
  return message('E', `SERROR\0VERROR\0C${state}\0M${text}\0\0`);
}

test('text of a server cannot control a terminal', async () => {
  const said = '\u001b[2Jx\r\n\u202e\u2066\u0085\u009b1my';
  const refusal = ask((socket, _received, turn) =>
    socket.write(turn === 0 ? loggedIn : Buffer.concat([errorOf('42501', said), ready])),
  );
  await expect(refusal).rejects.toMatchObject({
    message: '<U+001B>[2Jx <U+202E><U+2066><U+0085><U+009B>1my (SQLSTATE 42501)',
  });
});

describe.each([
  ['as it is', (text: string) => text],
  ['as in a URL', encodeURIComponent],
  ['in quotes of SQL', (text: string) => text.replaceAll("'", "''")],
])('a server without TLS that repeats the password %s', (_, spelled) => {
  const secret = "Zq7/Xw9'hunter2";
  const said = `password "${spelled(secret)}" is wrong`;
  const shown = 'password "(the password)" is wrong';

  test('at the login does not reveal it', async () => {
    const script: Script = (socket, _received, turn) =>
      void socket.write(turn === 0 ? authentication(3) : errorOf('28P01', said));
    await expect(ask(script, { password: secret })).rejects.toMatchObject({
      message: expect.stringContaining(shown) as unknown,
    });
  });

  test('later does not reveal it', async () => {
    const script: Script = (socket, _received, turn) => {
      if (turn === 0) socket.write(authentication(3));
      else if (turn === 1) socket.write(loggedIn);
      else socket.write(Buffer.concat([errorOf('42501', said), ready]));
    };
    await expect(ask(script, { password: secret })).rejects.toMatchObject({
      message: expect.stringContaining(shown) as unknown,
    });
  });
});
