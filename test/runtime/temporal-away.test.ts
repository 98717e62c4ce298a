import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { freePort } from '../../embedded/ports.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { whenTemporalAnswers } from '../../runtime/temporal-wait.ts';
import { temporalAddress } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { startEntry, type Entry } from '../worker/entry.ts';

const warn = 40;
const info = 30;

let policies: string;
const started: Entry[] = [];

beforeAll(async () => {
  policies = await mkdtemp(join(tmpdir(), 'pgwarden-away-'));
});

afterAll(async () => {
  for (const { signal } of started) signal('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  await rm(policies, { recursive: true });
});

async function start(
  name: 'worker' | 'watcher',
  environment: Readonly<Record<string, string>>,
): Promise<Entry> {
  const entry = await startEntry(name, { PGWARDEN_POLICIES: policies, ...environment });
  started.push(entry);
  return entry;
}

/** Alive and not ready, with the reason. */
function untilWaiting({ get }: Entry, why: RegExp): Promise<boolean> {
  return eventually(async () => {
    const [live, ready] = [await get('/livez'), await get('/readyz')];
    return live === '200 alive' && ready.startsWith('503 not ready: ') && why.test(ready);
  });
}

async function temporalExecutable(): Promise<string> {
  const choice = await resolveTemporal({ ...process.env, TEMPORAL_ADDRESS: '' });
  if (choice.kind !== 'executable') throw new Error('TEMPORAL_ADDRESS was not set');
  return choice.path;
}

test('worker and watcher that start before their Temporal server become ready when it starts', async () => {
  const port = await freePort();
  const env = { TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  const entries = [await start('worker', env), await start('watcher', env)];
  for (const entry of entries) {
    await untilWaiting(
      entry,
      new RegExp(`Temporal at 127.0.0.1:${port} does not respond: .*ECONNREFUSED`),
    );
  }
  const executable = await temporalExecutable();
  const server = await startTemporal({ executable, port, searchAttributes: {} });
  try {
    for (const { get, logged } of entries) {
      await eventually(async () => (await get('/readyz')) === '200 ready');
      expect(logged(warn).filter((message) => message === 'waiting for temporal')).toHaveLength(1);
      expect(logged(info).filter((message) => message === 'temporal available')).toHaveLength(1);
    }
    for (const { signal, ended, output } of entries) {
      signal('SIGTERM');
      expect([await ended, output()]).toEqual([0, expect.stringContaining('stopped')]);
    }
  } finally {
    await server.stop();
  }
}, 120_000);

test.each(['worker', 'watcher'] as const)(
  'a %s that waits for Temporal logs that once, and exits with 0 at SIGTERM',
  async (name) => {
    const server = await deaf();
    const entry = await start(name, { TEMPORAL_ADDRESS: server.address });
    await untilWaiting(entry, /Temporal at 127\.0\.0\.1:\d+ does not respond/);
    await eventually(() => server.attempts() >= 3);
    entry.signal('SIGTERM');
    expect(await entry.ended).toBe(0);
    expect(entry.logged(warn)).toEqual(['waiting for temporal']);
    expect(entry.logged(info).at(-1)).toBe(`${name} stopped`);
    server.close();
  },
);

test.each(['worker', 'watcher'] as const)(
  'a %s whose ServiceAccount cannot be read ends with an error, although Temporal does not respond',
  async (name) => {
    const server = await deaf();
    const entry = await start(name, {
      ...{ TEMPORAL_ADDRESS: server.address, PGWARDEN_POLICIES: '', POD_NAMESPACE: 'default' },
      ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' },
      PGWARDEN_SERVICE_ACCOUNT: join(policies, 'missing'),
    });
    expect(await entry.ended).toBe(1);
    expect(entry.output()).toContain("cannot read the pod's ServiceAccount");
    server.close();
  },
);

test('a wait for Temporal that is aborted ends sooner than its pause, which is longer than the one before', async () => {
  const stop = new AbortController();
  const beganAt: number[] = [];
  const address = `127.0.0.1:${await freePort()}`;
  await whenTemporalAnswers({
    settings: { address, namespace: 'default', connectionOptions: { address } },
    connect: () => undefined,
    onWait() {
      beganAt.push(performance.now());
      if (beganAt.length === 3) stop.abort();
    },
    log: pino({ level: 'silent' }),
    signal: stop.signal,
  });
  const endedAt = performance.now();
  const [, second = 0, third = 0] = beganAt;
  expect(beganAt).toHaveLength(3);
  expect(endedAt - third).toBeLessThan(third - second);
});

/** Closes every connection at once. */
async function deaf() {
  let attempts = 0;
  const server = createTcpServer((socket) => {
    attempts += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    attempts: () => attempts,
    close: () => server.close(),
  };
}

/** Answers every call with a gRPC status, and nothing else. */
async function refusing(status: number, message: string) {
  const server: Http2Server = createServer();
  server.on('stream', (stream) => {
    stream.respond(
      {
        ...{ ':status': 200, 'content-type': 'application/grpc' },
        ...{ 'grpc-status': String(status), 'grpc-message': message },
      },
      { endStream: true },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, close: () => server.close() };
}

test.each([
  ['a key that it does not know', 16, 'Request unauthorized.'],
  ['a missing right', 7, 'no access to namespace'],
])('a process ends if waiting cannot help: %s', async (_what, status, message) => {
  const server = await refusing(status, message);
  for (const name of ['worker', 'watcher'] as const) {
    const { ended, output } = await start(name, { TEMPORAL_ADDRESS: server.address });
    expect(await ended).toBe(1);
    expect(output()).toContain('TemporalRefused');
    expect(output()).toContain(`Temporal at ${server.address} rejected the request: ${message}`);
    expect(output()).toContain('Check TEMPORAL_API_KEY or the client certificate');
  }
  server.close();
});

test('a Temporal namespace that does not exist ends the process, which names it', async () => {
  const env = { TEMPORAL_ADDRESS: await temporalAddress(), TEMPORAL_NAMESPACE: 'not-there' };
  for (const name of ['worker', 'watcher'] as const) {
    const { ended, output } = await start(name, env);
    expect(await ended).toBe(1);
    expect(output()).toContain('TemporalRefused');
    expect(output()).toContain('Namespace not-there is not found');
    expect(output()).toContain('temporal operator namespace create');
  }
});

const wrong = { TEMPORAL_ADDRESS: '127.0.0.1:7233', TEMPORAL_TLS: 'true' };

test.each([
  ['an invalid address', { TEMPORAL_ADDRESS: 'http://temporal:7233' }, 'http://temporal:7233'],
  ['an invalid port', { TEMPORAL_ADDRESS: 'temporal:99999' }, 'temporal:99999 is not an address'],
  [
    'a certificate that is not there',
    { ...wrong, TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/tls.crt' },
    '/nowhere/tls.crt',
  ],
  [
    'an authority that is no certificate',
    { ...wrong, TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'junk' },
    'PEM routines',
  ],
  [
    'an invalid key pair',
    { ...wrong, TEMPORAL_TLS_CLIENT_CERT_DATA: 'junk', TEMPORAL_TLS_CLIENT_KEY_DATA: 'junk' },
    'PEM routines',
  ],
  ['a profile that is not there', { TEMPORAL_PROFILE: 'nobody' }, "'nobody' not found"],
  [
    'a key with the end of its line',
    { ...wrong, TEMPORAL_API_KEY: 's3cr3t-key\n' },
    'TEMPORAL_API_KEY is empty or has characters that no key contains',
  ],
])(
  '%s is a mistake in the settings that no server can correct',
  async (_what, environment, says) => {
    for (const name of ['worker', 'watcher'] as const) {
      const { ended, output } = await start(name, environment);
      expect(await ended).toBe(1);
      expect(output()).toContain('Usage');
      expect(output()).toContain(says);
      expect(output()).not.toContain('s3cr3t');
    }
  },
);

test('a file of settings that cannot be read is reported', async () => {
  const path = join(policies, 'temporal.toml');
  await writeFile(path, '[profile.default\n');
  const { ended, output } = await start('worker', { TEMPORAL_CONFIG_FILE: path });
  expect(await ended).toBe(1);
  expect(output()).toContain('error: Usage: the settings for Temporal are invalid');
});
