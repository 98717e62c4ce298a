import { expect, test } from '@jest/globals';
import { resolve, type Secrets } from './resolve-connection.ts';

const unstorable =
  'contains a NUL character or half a surrogate pair, which PostgreSQL cannot store';
const url = 'postgresql://me:secret@db:5433/app?sslmode=require';
const target = {
  host: 'db',
  port: 5433,
  database: 'app',
  user: 'me',
  password: 'secret',
  role: undefined,
  sslMode: 'require',
};

test('a URL comes from key DATABASE_URL of the Secret, or from the configured key', async () => {
  const versions = { db: 'version of db' };
  expect(await resolve('{ secretRef: { name: db } }', { db: { DATABASE_URL: url } })).toEqual({
    target,
    versions,
  });
  const named = await resolve('{ secretRef: { name: db }, secretKey: uri }', {
    db: { uri: `${url}\n` },
  });
  expect(named).toEqual({ target, versions });
});

test('every param can be a literal', async () => {
  const params =
    '{ host: db, port: 5433, dbname: app, username: me, password: secret, sslMode: require }';
  expect(await resolve(`{ params: ${params} }`)).toEqual({ target, versions: {} });
});

test('setRole names the role to become', async () => {
  const params =
    '{ host: db, port: 5433, dbname: app, username: me, password: secret, sslMode: require, setRole: App Owner }';
  expect((await resolve(`{ params: ${params} }`)).target).toEqual({ ...target, role: 'App Owner' });
  expect(() => resolve(`{ params: ${params.replace('App Owner', 'none')} }`)).toThrow(
    'setRole is a word PostgreSQL reserves',
  );
});

test('every param can come from a Secret, and white space around it is ignored except in the password', async () => {
  const fields = ['host', 'port', 'dbname', 'username', 'password', 'sslMode'];
  const params = fields.map(
    (field) => `${field}Secret: { name: ${field.toLowerCase()}, key: value }`,
  );
  const { target: resolved, versions } = await resolve(`{ params: { ${params.join(', ')} } }`, {
    host: { value: 'db\n' },
    port: { value: '5433\n' },
    dbname: { value: 'app\n' },
    username: { value: ' me\n' },
    password: { value: ' secret\n' },
    sslmode: { value: 'require\n' },
  });
  expect(resolved).toEqual({
    ...target,
    password: ' secret\n',
    hidden: ['db', '5433', 'app', 'me'],
  });
  expect(Object.keys(versions).sort()).toEqual([
    'dbname',
    'host',
    'password',
    'port',
    'sslmode',
    'username',
  ]);
});

test('params keep unusual characters, because no URL is made of them', async () => {
  const odd = `a/b@c:d?e#f%20'"`;
  const params = { host: 'fe80::1', dbname: odd, username: odd, password: odd };
  expect((await resolve(`{ params: ${JSON.stringify(params)} }`)).target).toEqual({
    host: 'fe80::1',
    port: 5432,
    database: odd,
    user: odd,
    password: odd,
    sslMode: 'prefer',
  });
});

test.each<[string, Secrets, string]>([
  ['{ secretRef: { name: db } }', {}, 'Secret shop/db does not exist'],
  [
    '{ secretRef: { name: db } }',
    { db: { other: url } },
    'Secret shop/db has no key "DATABASE_URL"',
  ],
  [
    '{ secretRef: { name: db } }',
    { db: { DATABASE_URL: Buffer.from([0xff, 0xfe]) } },
    'key "DATABASE_URL" of Secret shop/db is not UTF-8 text',
  ],
])('SecretMissing names Secret and key: %s %j', async (connection, secrets, message) => {
  await expect(resolve(connection, secrets)).rejects.toMatchObject({
    code: 'SecretMissing',
    message,
  });
});

test.each<[string, string, string]>([
  ['hostSecret', '  ', 'connection.params.host (key k of Secret s) is blank'],
  ['passwordSecret', '\n', 'connection.params.password (key k of Secret s) is blank'],
  [
    'portSecret',
    '70000',
    'connection.params.port (key k of Secret s) is not a number from 1 to 65535',
  ],
  [
    'portSecret',
    '0x10',
    'connection.params.port (key k of Secret s) is not a number from 1 to 65535',
  ],
  [
    'portSecret',
    '1,2',
    'connection.params.port (key k of Secret s) has neither one entry nor one for each host',
  ],
  ['hostSecret', 'db,', 'connection.params.host (key k of Secret s) has an empty entry'],
  ['hostSecret', 'd b', 'connection.params.host (key k of Secret s) is not a host'],
  [
    'dbnameSecret',
    'shop\0user\0postgres',
    `connection.params.dbname (key k of Secret s) ${unstorable}`,
  ],
  ['usernameSecret', 'a\0b', `connection.params.username (key k of Secret s) ${unstorable}`],
  [
    'usernameSecret',
    'a\nb',
    'connection.params.username (key k of Secret s) contains U+000A, a control character: remove it',
  ],
  [
    'hostSecret',
    'a\rb',
    'connection.params.host (key k of Secret s) contains U+000D, a control character: remove it',
  ],
  ['passwordSecret', 'a\0b', `connection.params.password (key k of Secret s) ${unstorable}`],
  [
    'dbnameSecret',
    'é'.repeat(32),
    'connection.params.dbname (key k of Secret s) is longer than 63 bytes',
  ],
  ['sslModeSecret', 'never', 'connection.params.sslMode (key k of Secret s) is not an sslMode'],
])('InvalidConnectionParams names the param: %s is %j', async (field, value, message) => {
  const literals = { host: 'db', dbname: 'app', username: 'me', password: 'secret' };
  const others = Object.entries(literals).filter(([name]) => `${name}Secret` !== field);
  const params = { ...Object.fromEntries(others), [field]: { name: 's', key: 'k' } };
  const refused = resolve(`{ params: ${JSON.stringify(params)} }`, { s: { k: value } });
  await expect(refused).rejects.toMatchObject({ code: 'InvalidConnectionParams', message });
});

test('several hosts are in a list, with one port for all or one for each', async () => {
  const params = { host: 'h1, h2', dbname: 'app', username: 'me', password: 'p' };
  const resolved = async (more: object) => {
    const { target: to } = await resolve(`{ params: ${JSON.stringify({ ...params, ...more })} }`);
    return [{ host: to.host, port: to.port }, ...(to.otherHosts ?? []), to.sessionAttributes];
  };
  const at = (one: number, other: number) => [
    { host: 'h1', port: one },
    { host: 'h2', port: other },
  ];
  expect(await resolved({})).toEqual([...at(5432, 5432), undefined]);
  expect(await resolved({ port: 5433 })).toEqual([...at(5433, 5433), undefined]);
  const failover = { port: '5433,5434', targetSessionAttrs: 'read-write' };
  expect(await resolved(failover)).toEqual([...at(5433, 5434), 'read-write']);
  expect(() => resolve(`{ params: ${JSON.stringify({ ...params, port: '1,2,3' })} }`)).toThrow(
    'connection.params.port has neither one entry nor one for each host',
  );
});
