import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { CloudAuth } from '../../core/manifest/cloud-auth.ts';
import type { ConnectionTarget } from '../../core/connection/target.ts';
import { databasePools } from '../../postgres/pool.ts';
import type { Session } from '../../postgres/session.ts';
import { cloudTokens } from '../../sources/cloud-tokens/tokens.ts';
import { type Authority, newAuthority } from '../setup/certificates.ts';
import { awsSecretKey, bodySecret, type Cloud, startCloud } from '../setup/cloud.ts';
import { rowsOf } from '../setup/rows.ts';
import { majors } from '../setup/servers.ts';
import { startTlsServer } from '../setup/tls-server.ts';

const minute = 60_000;
const [newest = 18] = [...majors()].reverse();
let authority: Authority;
let cloud: Cloud;
let server: Awaited<ReturnType<typeof startTlsServer>>;

beforeAll(async () => {
  authority = await newAuthority('shop-db');
  cloud = await startCloud(authority);
  server = await startTlsServer(newest, authority);
  Object.assign(process.env, cloud.env, { HTTPS_PROXY: '' });
});

afterAll(async () => {
  await server.stop();
  await cloud.close();
});

beforeEach(() => {
  cloud.behave({ token: '1' });
  cloud.calls.length = 0;
});

function targetAt(host: string, user = 'cloud_manager'): ConnectionTarget {
  const { port } = server;
  return {
    ...{ host, port, database: 'shop', user, password: undefined, role: undefined },
    sslMode: 'verify-full',
    tls: { ca: authority.cert },
  };
}

const rds = 'shop.abc123.eu-central-1.rds.amazonaws.com';
const rdsIam: CloudAuth = { type: 'aws_rds_iam' };
const aws = { auth: rdsIam, target: targetAtRds() };
const gcp: CloudAuth = { type: 'gcp_workload_identity' };

function targetAtRds(user = 'manager'): ConnectionTarget {
  const target = { host: rds, port: 5432, database: 'shop', user, password: undefined };
  return { ...target, role: undefined, sslMode: 'require' };
}

test('an AWS token is signed for host, port, user and region with the credentials of the web identity', async () => {
  const { password = '' } = await cloudTokens().withToken(aws);
  expect(cloud.calls[0]?.body).toContain('RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2F');
  const { host, searchParams } = new URL(`https://${password}`);
  const { 'X-Amz-Signature': signature, ...signed } = Object.fromEntries(searchParams);
  expect(host).toBe(`${rds}:5432`);
  expect(signed).toMatchObject({
    Action: 'connect',
    DBUser: 'manager',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session-1',
  });
  expect(signed['X-Amz-Credential']).toMatch(/^AKIAEXAMPLE\/\d{8}\/eu-central-1\/rds-db\//);
  expect(signature).toBe(signatureOf(host, signed));
});

/** Source: AWS Signature Version 4, query parameters. */
function signatureOf(host: string, parameters: Readonly<Record<string, string>>): string {
  const { 'X-Amz-Date': date = '', 'X-Amz-Credential': credential = '' } = parameters;
  const [, ...scope] = credential.split('/');
  const query = Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const request = ['GET', '/', query, `host:${host}\n`, 'host', hash('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), hash(request)].join('\n');
  const sign = (key: string | Buffer, part: string) =>
    createHmac('sha256', key).update(part).digest();
  const key = scope.reduce<string | Buffer>(sign, `AWS4${awsSecretKey}`);
  return sign(key, text).toString('hex');
}

test('a token is shared by all callers with the same login, and renewed before it expires', async () => {
  let passed = 0;
  const tokens = cloudTokens({ now: () => Date.now() + passed });
  const ask = async (target = aws.target) => (await tokens.withToken({ ...aws, target })).password;
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => ask()));
  expect(new Set(others)).toEqual(new Set([first]));
  expect(cloud.calls).toHaveLength(1);
  cloud.behave({ token: '2' });
  passed = 9 * minute;
  expect(await ask()).toBe(first);
  expect(await ask(targetAtRds('other'))).toContain('DBUser=other');
  expect(cloud.calls).toHaveLength(2);
  passed = 10.5 * minute;
  expect(await ask()).toContain('session-2');
  expect(cloud.calls).toHaveLength(3);
});

test('while the cloud does not respond the old token is used until shortly before it expires', async () => {
  let passed = 0;
  const tokens = cloudTokens({ now: () => Date.now() + passed });
  const { password } = await tokens.withToken(aws);
  cloud.behave('refuse');
  passed = 13 * minute;
  expect((await tokens.withToken(aws)).password).toBe(password);
  passed = 14.5 * minute;
  await expect(tokens.withToken(aws)).rejects.toMatchObject({ code: 'CloudTokenFailed' });
  cloud.behave({ token: '2' });
  expect((await tokens.withToken(aws)).password).toContain('session-2');
});

test.each([aws.auth, gcp])('a silent cloud ends the wait: %j', async (auth) => {
  cloud.behave('silent');
  const tokens = cloudTokens({ timeoutMs: 300 });
  await expect(tokens.withToken({ auth, target: aws.target })).rejects.toMatchObject({
    code: 'CloudTokenFailed',
    message: expect.stringContaining('the cloud did not respond within 0.3 seconds'),
  });
});

test('a refusal of the cloud is reported with error and status, without its answer', async () => {
  cloud.behave('refuse');
  const error: unknown = await cloudTokens()
    .withToken(aws)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CloudTokenFailed' });
  expect(String(error)).toContain('AccessDenied, HTTP 403');
  expect(JSON.stringify(error) + String(error)).not.toContain(bodySecret);
});

test('a connection without a cloud identity sends no request to a cloud', async () => {
  const target = { ...aws.target, password: 'own' };
  expect(await cloudTokens().withToken({ target })).toBe(target);
  expect(cloud.calls).toEqual([]);
});

async function pidOf({ client }: Session): Promise<unknown> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  return rows[0];
}

test('after a token is renewed, running work continues and new work logs in with the new one', async () => {
  let passed = 0;
  const now = () => Date.now() + passed;
  const [tokens, pools] = [cloudTokens({ now }), databasePools({ now })];
  const connect = async () =>
    pools.get(await tokens.withToken({ auth: gcp, target: targetAt('localhost') }));
  const grant = async (token: string) => {
    cloud.behave({ token });
    await rowsOf(server.url, `ALTER ROLE cloud_manager PASSWORD 'gcp-token-${token}'`);
  };
  await grant('old');
  const old = await connect();
  const pids = await old.use(async (session) => {
    const before = await pidOf(session);
    await grant('new');
    passed = 56 * minute;
    const renewed = await connect();
    const other = await renewed.use(pidOf);
    expect(renewed.target.password).toBe('gcp-token-new');
    expect(other).not.toEqual(before);
    return [before, await pidOf(session)];
  });
  expect(pids[1]).toEqual(pids[0]);
  expect(await connect()).toBe(await connect());
  await old.close();
  await pools.close();
});
