import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lastWords, runCli } from './run-cli.ts';

let server: Server;
let url: string;
let folder: string;
let file: string;
let connections: Socket[];

beforeEach(async () => {
  connections = [];
  server = createServer((socket) => {
    connections.push(socket.on('error', () => undefined));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  url = `postgresql://user@127.0.0.1:${String(port)}/shop?sslmode=disable`;
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-early-'));
  file = join(folder, 'manifest.yaml');
});

afterEach(async () => {
  for (const socket of connections) socket.destroy();
  server.close();
  await rm(folder, { recursive: true });
});

const run = (command: string) => runCli([command, '-f', file], { env: { DATABASE_URL: url } });

test.each(['diff', 'apply'])(
  '%s connects while it reads the manifest, and closes the connection if the manifest is invalid',
  async (command) => {
    execFileSync('mkfifo', [file]);
    const result = run(command);
    // A named pipe has no content before someone writes to it.
    const [socket] = (await once(server, 'connection')) as [Socket];
    const closed = once(socket.resume(), 'close');
    await writeFile(file, 'roles: 7');
    const { code } = await result;
    await closed;
    expect(code).toBe(1);
    expect(lastWords(await result).at(-1)).toContain('error: InvalidSpec: ');
    expect(connections).toHaveLength(1);
  },
);

test('a server that closes the connection is asked once, and its error is reported', async () => {
  server.on('connection', (socket) => {
    socket.destroy();
  });
  await writeFile(file, 'roles: [{ name: a }]');
  const result = await run('diff');
  expect(result.code).toBe(1);
  expect(lastWords(result).at(-1)).toContain('error: DatabaseConnectionFailed: ');
  expect(connections).toHaveLength(1);
});

test('validate does not connect', async () => {
  await writeFile(file, 'roles: [{ name: a }]');
  expect((await run('validate')).code).toBe(0);
  expect(connections).toEqual([]);
});
