import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { majors, postgresUrl } from '../setup/servers.ts';
import { runCli } from './run-cli.ts';

const sockets: Socket[] = [];
/** Passes on what both sides say, and never that one of them is done. */
const proxy = createServer({ allowHalfOpen: true }, (client) => {
  const upstream = connect({ port: server.port, host: server.host, allowHalfOpen: true });
  sockets.push(client, upstream);
  client.on('data', (chunk) => upstream.write(chunk)).on('error', () => undefined);
  upstream.on('data', (chunk) => client.write(chunk)).on('error', () => undefined);
});

let server: { readonly host: string; readonly port: number };
let url: string;
let folder: string;

beforeAll(async () => {
  const [newest = 18] = majors().slice(-1);
  const direct = new URL(await postgresUrl(newest));
  server = { host: direct.hostname, port: Number(direct.port) };
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  direct.port = String((proxy.address() as AddressInfo).port);
  url = direct.href;
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-half-closed-'));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
  await rm(folder, { recursive: true });
});

test('a command ends though its peer keeps the connection half closed, and all that it wrote arrives', async () => {
  const file = join(folder, 'roles.yaml');
  const names = Array.from({ length: 2_000 }, (_, index) => `half_closed_${String(index)}`);
  await writeFile(file, `roles:\n${names.map((name) => `  - name: ${name}\n`).join('')}`);
  const { code, stdout } = await runCli(['diff', '-f', file, '--database-url', url]);
  expect(code).toBe(2);
  expect(stdout.match(/^CREATE ROLE/gm)).toHaveLength(names.length);
  expect(stdout.trimEnd().endsWith('COMMIT;')).toBe(true);
});
