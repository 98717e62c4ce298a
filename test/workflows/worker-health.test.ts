import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { freePort } from '../../embedded/ports.ts';
import { openProxy } from '../postgres/proxy.ts';
import { uniqueName } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually } from './wait.ts';
import { killed, spawnWorker } from './worker-process.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

/** Status codes, as a kubelet sees them; 0 while nobody listens. */
async function probe(port: number) {
  const [live, ready] = await Promise.all(['/livez', '/readyz'].map((path) => get(port, path)));
  return { live, ready };
}

async function get(port: number, path: string): Promise<number> {
  return fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Waits until both codes have these values. */
function untilProbed(port: number, live: number, ready: number) {
  return eventually(async () => {
    const seen = await probe(port);
    return seen.live === live && seen.ready === ready;
  });
}

test('a worker is ready while Temporal answers; when it does not, the worker is still alive', async () => {
  const [host = '', port = ''] = bench.address.split(':');
  const proxy = await openProxy(host, Number(port));
  const healthPort = await freePort();
  const worker = spawnWorker({ ...bench, address: `127.0.0.1:${proxy.port}` }, healthPort);
  try {
    await untilProbed(healthPort, 200, 200);
    await proxy.close();
    await untilProbed(healthPort, 200, 503);
  } finally {
    await killed(worker, 'SIGKILL');
  }
});

test('a stopped worker is no longer ready, and stays alive until its work has ended', async () => {
  const mute = await muteServer();
  const healthPort = await freePort();
  const worker = spawnWorker(bench, healthPort);
  try {
    await untilProbed(healthPort, 200, 200);
    const url = `postgresql://nobody:x@127.0.0.1:${mute.port}/nowhere`;
    const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
    await bench.write('mute.yaml', policyYaml(bench, 'mute', url, spec));
    await bench.change('mute');
    await mute.called;
    const exited = once(worker, 'exit');
    worker.kill('SIGTERM');
    await untilProbed(healthPort, 200, 503);
    mute.close();
    expect(await exited).toEqual([0, null]);
  } finally {
    mute.close();
    await killed(worker, 'SIGKILL');
  }
});

/** Accepts connections like a PostgreSQL server that hangs. `called` resolves with the first. */
async function muteServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  const called = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, called, close };
}
