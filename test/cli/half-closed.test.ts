import { afterAll, expect, test } from '@jest/globals';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { majors, postgresUrl, temporalAddress } from '../setup/servers.ts';
import { lastWords, runCli } from './run-cli.ts';

const sockets: Socket[] = [];
const proxies: Server[] = [];

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(proxies.map((proxy) => new Promise((resolve) => proxy.close(resolve))));
});

/** The port of a proxy that forwards the data of both sides, but never the end of a stream. */
async function halfClosing(host: string, port: number): Promise<number> {
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port, host, allowHalfOpen: true });
    sockets.push(client, upstream);
    client.on('data', (chunk) => upstream.write(chunk)).on('error', () => undefined);
    upstream.on('data', (chunk) => client.write(chunk)).on('error', () => undefined);
  });
  return portOf(proxy);
}

async function portOf(server: Server): Promise<number> {
  proxies.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

test('a command ends, with complete output, even if PostgreSQL keeps the connection half closed', async () => {
  const [newest = 18] = majors().slice(-1);
  const url = new URL(await postgresUrl(newest));
  url.port = String(await halfClosing(url.hostname, Number(url.port)));
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-half-closed-'));
  const file = join(folder, 'roles.yaml');
  const names = Array.from({ length: 2_000 }, (_, index) => `half_closed_${String(index)}`);
  await writeFile(file, `roles:\n${names.map((name) => `  - name: ${name}\n`).join('')}`);
  const { code, stdout } = await runCli(['diff', '-f', file, '--database-url', url.href]);
  await writeFile(file, 'roles: [{ name: a, config: { no_such_setting: 1 } }]');
  const failed = await runCli(['apply', '-f', file, '--database-url', url.href]);
  await rm(folder, { recursive: true });
  expect(code).toBe(2);
  expect(stdout.match(/^CREATE ROLE/gm)).toHaveLength(names.length);
  expect(stdout.trimEnd().endsWith('COMMIT;')).toBe(true);
  expect(lastWords(failed).at(-1)).toContain('error: MissingDatabaseObject: ');
});

test('a command ends even if Temporal keeps the connection half closed', async () => {
  const { hostname, port } = new URL(`http://${await temporalAddress()}`);
  const address = `127.0.0.1:${String(await halfClosing(hostname, Number(port)))}`;
  const { code, stdout } = await runCli(['status', '-n', 'nowhere'], {
    env: { TEMPORAL_ADDRESS: address },
  });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'No policies found in namespace nowhere.\n',
  });
});

test('a command ends with its work, although a connection of the process stays half closed forever', async () => {
  const earlier = sockets.length;
  const port = await portOf(
    createServer({ allowHalfOpen: true }, (client) => {
      sockets.push(client.on('error', () => undefined).resume());
    }),
  );
  const halfClosed = `import { connect } from 'node:net';
const socket = connect({ port: ${String(port)}, host: '127.0.0.1', allowHalfOpen: true });
await new Promise((resolve) => socket.end(resolve));`;
  const { code } = await runCli(['validate', '-f', '-'], {
    input: 'roles: []',
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(halfClosed)}` },
  });
  expect({ code, connections: sockets.length }).toEqual({ code: 0, connections: earlier + 1 });
});
