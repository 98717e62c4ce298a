import { expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { readConfiguration } from '../../worker/configuration.ts';

const enough = { PGWARDEN_POLICIES: '/etc/policies' };

/** The refusal as its user sees it. */
function refusalOf(environment: NodeJS.ProcessEnv) {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, message: error.message, hint: error.hint };
  }
  return undefined;
}

function addressOf(text: string) {
  return readConfiguration({ ...enough, PGWARDEN_HTTP_ADDR: text }).http;
}

test('the directory of policies is the only required setting', () => {
  const { taskQueue, source, http, logLevel } = readConfiguration(enough);
  expect({ taskQueue, source, http, logLevel }).toEqual({
    taskQueue: 'pgwarden',
    source: {
      kind: 'directory',
      places: { directory: '/etc/policies', stateDirectory: '/etc/policies/.pgwarden' },
    },
    http: { host: '127.0.0.1', port: 8080 },
    logLevel: 'info',
  });
});

test('the file with bounds is the configured one, and none by default', () => {
  expect(readConfiguration(enough).boundsFile).toBeUndefined();
  const env = { ...enough, PGWARDEN_BOUNDS_FILE: '/etc/pgwarden-bounds/bounds.yaml' };
  expect(readConfiguration(env).boundsFile).toBe('/etc/pgwarden-bounds/bounds.yaml');
});

test('the connections to one server are 20 by default, and a number from 4 to 1000 otherwise', () => {
  const most = (text: string) =>
    readConfiguration({ ...enough, PGWARDEN_CONNECTIONS_PER_SERVER: text }).connectionsPerServer;
  expect([readConfiguration(enough).connectionsPerServer, most('4'), most('1000')]).toEqual([
    20, 4, 1_000,
  ]);
  for (const wrong of ['3', '1001', 'many', '-5', '1e2'])
    expect(refusalOf({ ...enough, PGWARDEN_CONNECTIONS_PER_SERVER: wrong })).toMatchObject({
      code: 'Usage',
      message: `PGWARDEN_CONNECTIONS_PER_SERVER is not a number from 4 to 1000: ${wrong}`,
    });
});

test('a worker belongs to the default zone, or to the one that is set', () => {
  const zoneOf = (text: string) => readConfiguration({ ...enough, PGWARDEN_ZONE: text }).zone;
  expect([readConfiguration(enough).zone, zoneOf(''), zoneOf('eu-1')]).toEqual([
    'default',
    'default',
    'eu-1',
  ]);
  for (const wrong of ['EU', 'eu/1', '-eu', 'a'.repeat(41)])
    expect(refusalOf({ ...enough, PGWARDEN_ZONE: wrong })).toMatchObject({
      code: 'Usage',
      message: `PGWARDEN_ZONE is not the name of a zone: ${wrong}`,
    });
});

test('every setting is read from its variable', () => {
  const { taskQueue, source, http, logLevel } = readConfiguration({
    TEMPORAL_TASK_QUEUE: 'access',
    PGWARDEN_POLICIES: '/etc/policies',
    PGWARDEN_STATE: '/var/lib/pgwarden',
    PGWARDEN_HTTP_ADDR: ':9090',
    LOG_LEVEL: 'debug',
  });
  expect({ taskQueue, source, http, logLevel }).toEqual({
    taskQueue: 'access',
    source: {
      kind: 'directory',
      places: { directory: '/etc/policies', stateDirectory: '/var/lib/pgwarden' },
    },
    http: { port: 9090 },
    logLevel: 'debug',
  });
});

test('a health address is host and port; without a host it is every address', () => {
  expect(addressOf(':8080')).toEqual({ port: 8080 });
  expect(addressOf('10.0.0.7:0')).toEqual({ host: '10.0.0.7', port: 0 });
  expect(addressOf('[::1]:8080')).toEqual({ host: '::1', port: 8080 });
});

test.each(['8080', 'localhost', 'localhost:http', '127.0.0.1:65536', '127.0.0.1:-1', ''])(
  'the health address %p is refused',
  (text) => {
    expect(refusalOf({ ...enough, PGWARDEN_HTTP_ADDR: text })).toEqual({
      code: 'Usage',
      message: `PGWARDEN_HTTP_ADDR is not an address: ${text}`,
      hint: 'Write an address such as 127.0.0.1:8080 or :8080.',
    });
  },
);

test.each([{}, { PGWARDEN_POLICIES: '' }])(
  'without a directory of policies, as in %p, the worker does not start',
  (environment) => {
    expect(refusalOf(environment)).toEqual({
      code: 'Usage',
      message: 'PGWARDEN_POLICIES is not set',
      hint: 'Set it to the directory with the policies.',
    });
  },
);
