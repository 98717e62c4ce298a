import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { networkInterfaces } from 'node:os';
import { serveHealth, type HealthServer } from '../../runtime/health.ts';

let server: HealthServer;
let dead: string | undefined;
let readiness: () => Promise<string | undefined>;

beforeEach(async () => {
  dead = undefined;
  readiness = () => Promise.resolve(undefined);
  const place = { host: '127.0.0.1', port: 0 };
  server = await serveHealth(place, { dead: () => dead, unready: () => readiness() });
});

afterEach(() => server.close());

async function get(path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
}

test('/livez is 200 while the worker lives, also when it is not ready', async () => {
  readiness = () => Promise.reject(new Error('Temporal is away'));
  expect(await get('/livez')).toBe('200 alive');
  dead = 'activity apply has not ended for 31 minutes';
  expect(await get('/livez')).toBe(`503 not alive: ${dead}`);
});

test('/readyz is 200 only while the worker takes work, and gives the reason otherwise', async () => {
  expect(await get('/readyz')).toBe('200 ready');
  readiness = () => Promise.resolve('the worker is draining');
  expect(await get('/readyz')).toBe('503 not ready: the worker is draining');
});

test('/readyz is 503 when readiness is unknown, and 200 again when it is known', async () => {
  readiness = () => Promise.reject(new Error('14 UNAVAILABLE'));
  expect(await get('/readyz')).toBe('503 not ready: 14 UNAVAILABLE');
  readiness = () => Promise.resolve(undefined);
  expect(await get('/readyz')).toBe('200 ready');
});

test('/metrics returns the metrics, and 500 when that fails; the probes work in both cases', async () => {
  let scrape = () => Promise.resolve('up 1');
  const place = { host: '127.0.0.1', port: 0 };
  const health = { dead: () => dead, unready: () => readiness() };
  const measured = await serveHealth(place, health, () => scrape());
  const url = `http://127.0.0.1:${measured.port}`;
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('up 1\n');
  scrape = () => Promise.reject(new Error('broken'));
  expect((await fetch(`${url}/metrics`)).status).toBe(500);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  await measured.close();
});

test('any other path is 404', async () => {
  expect(await get('/')).toBe('404 not found; use /livez, /readyz or /metrics');
  expect(await get('/readyz/deep')).toMatch(/^404 /);
});

test('an address in use is an error, and the worker does not start without health checks', async () => {
  const place = { host: '127.0.0.1', port: server.port };
  const second = serveHealth(place, { dead: () => undefined, unready: () => readiness() });
  await expect(second).rejects.toThrow(/cannot listen on PGWARDEN_HTTP_ADDR: .*EADDRINUSE/);
});

test('without a host, the server listens on every address of the machine, for IPv4 and IPv6', async () => {
  const open = await serveHealth(
    { port: 0 },
    { dead: () => undefined, unready: () => readiness() },
  );
  const loopbacks = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => internal)
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  expect(loopbacks).toContain('127.0.0.1');
  for (const address of loopbacks) {
    const response = await fetch(`http://${address}:${open.port}/livez`);
    expect([address, response.status]).toEqual([address, 200]);
  }
  await open.close();
});
