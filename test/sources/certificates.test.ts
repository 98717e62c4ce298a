import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { secretsUsed } from '../../sources/secrets-used.ts';
import { type Authority, type Certificate, newAuthority } from '../setup/certificates.ts';
import { policyWith, resolve } from './resolve-connection.ts';

const hour = 3_600_000;
const hours = (from: number, until: number) => ({
  from: new Date(Date.now() + from * hour),
  until: new Date(Date.now() + until * hour),
});

let authority: Authority;
let client: Certificate;

beforeAll(async () => {
  authority = await newAuthority('shop-db');
  client = await authority.client('streaming_replica');
});

const login = { host: 'db', dbname: 'app', username: 'me' };
const withPassword = { ...login, password: 'secret' };
const ca = { sslRootCertSecret: { name: 'shop-db-ca', key: 'ca.crt' } };
const cert = {
  sslCertSecret: { name: 'shop-db-replication', key: 'tls.crt' },
  sslKeySecret: { name: 'shop-db-replication', key: 'tls.key' },
};
const secrets = () => ({
  'shop-db-ca': { 'ca.crt': authority.cert, 'ca.key': authority.key },
  'shop-db-replication': { 'tls.crt': client.cert, 'tls.key': client.key },
});

async function target(params: object, others: Record<string, Record<string, string>> = {}) {
  const resolved = await resolve(JSON.stringify({ params }), { ...secrets(), ...others });
  return resolved.target;
}

describe('params', () => {
  test('with an authority verify the server in full, unless sslMode says otherwise', async () => {
    const modes = [undefined, 'require', 'verify-ca', 'verify-full'].map(async (sslMode) => {
      const { tls, sslMode: mode } = await target({ ...withPassword, ...ca, sslMode });
      expect(tls).toEqual({ ca: authority.cert });
      return mode;
    });
    expect(await Promise.all(modes)).toEqual([
      'verify-full',
      'verify-ca',
      'verify-ca',
      'verify-full',
    ]);
  });

  test('with a client certificate need no password', async () => {
    const { password, tls } = await target({ ...login, ...ca, ...cert });
    expect(password).toBeUndefined();
    expect(tls).toEqual({
      ca: authority.cert,
      cert: client.cert,
      key: createPrivateKey(client.key).export({ type: 'pkcs8', format: 'pem' }),
    });
    expect((await target({ ...withPassword, ...cert })).password).toBe('secret');
  });

  test('depend on every Secret they name, so that a change of a certificate is noticed', async () => {
    const { versions } = await resolve(
      JSON.stringify({ params: { ...login, ...ca, ...cert } }),
      secrets(),
    );
    expect(Object.keys(versions).sort()).toEqual(['shop-db-ca', 'shop-db-replication']);
    const policy = policyWith(JSON.stringify({ params: { ...login, ...ca, ...cert } }));
    expect(secretsUsed(policy)).toEqual(['shop-db-ca', 'shop-db-replication']);
  });

  test.each([
    [{ ...withPassword, ...ca, sslMode: 'prefer' }, 'sslMode is prefer, which never checks'],
    [{ ...login, ...cert, sslMode: 'disable' }, 'sslMode is disable, which never sends'],
    [{ ...withPassword, sslMode: 'allow', channelBinding: 'require' }, 'sslMode is allow, which'],
    [{ ...login, sslCertSecret: cert.sslCertSecret }, 'sslKeySecret is missing'],
    [{ ...withPassword, sslKeySecret: cert.sslKeySecret }, 'sslCertSecret is missing'],
    [{ ...login, ...ca }, 'password is missing'],
  ])('%j are refused', async (params, problem) => {
    expect(() => policyWith(JSON.stringify({ params }))).toThrow(
      `spec.connection.params.${problem}`,
    );
    await expect(async () => target(params)).rejects.toMatchObject({ code: 'InvalidSpec' });
  });

  test('with a mode from a Secret follow the same rules', async () => {
    const params = { ...withPassword, ...ca, sslModeSecret: { name: 'mode', key: 'm' } };
    await expect(target(params, { mode: { m: 'prefer' } })).rejects.toMatchObject({
      code: 'InvalidConnectionParams',
      message: expect.stringContaining('sslMode is prefer, which never checks'),
    });
    expect((await target(params, { mode: { m: 'verify-ca' } })).sslMode).toBe('verify-ca');
  });
});

describe('a URL', () => {
  const at = async (query: string, keys: Record<string, string>) => {
    const db = { DATABASE_URL: `postgresql://me@db/app${query}`, ...keys };
    return (await resolve('{ secretRef: { name: db } }', { db })).target;
  };

  test('can have its certificates in the same Secret', async () => {
    const { sslMode, tls, password } = await at('', {
      'ca.crt': authority.cert,
      'tls.crt': client.cert,
      'tls.key': client.key,
    });
    expect(sslMode).toBe('verify-full');
    expect(Object.keys(tls ?? {})).toEqual(['ca', 'cert', 'key']);
    expect(password).toBeUndefined();
  });

  test('decides itself whether they are used', async () => {
    const keys = { 'ca.crt': authority.cert };
    const used = async (query: string) => {
      const { sslMode, tls } = await at(query, keys);
      return [sslMode, tls === undefined ? 'unused' : 'used'];
    };
    expect(await used('?sslmode=require')).toEqual(['verify-ca', 'used']);
    expect(await used('?sslmode=verify-full')).toEqual(['verify-full', 'used']);
    expect(await used('?sslmode=prefer')).toEqual(['prefer', 'unused']);
    expect(await used('?sslmode=disable')).toEqual(['disable', 'unused']);
    expect(await used('?sslrootcert=system')).toEqual(['verify-full', 'unused']);
  });

  test('never names a file of the worker', () => {
    expect(() => targetFromUrl('postgresql://me:pw@db/app?sslkey=/run/secrets/key')).toThrow(
      'under ca.crt, tls.crt and tls.key instead',
    );
  });

  test('is refused with half of a client certificate', async () => {
    await expect(at('', { 'tls.crt': client.cert })).rejects.toMatchObject({
      code: 'InvalidConnectionParams',
      message: 'key tls.crt of Secret db needs its private key, which is missing',
    });
  });
});

describe('text that is no certificate is refused, and the error does not repeat it', () => {
  const other = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: {
      ...{ type: 'pkcs8', format: 'pem' },
      ...{ cipher: 'aes-256-cbc', passphrase: 'hunter2' },
    },
  });
  const broken = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n';

  test.each<[string, () => Promise<string> | string, string]>([
    ['ca.crt', () => 'hunter2', 'contains no certificate'],
    ['ca.crt', () => '', 'contains no certificate'],
    ['ca.crt', () => broken, 'contains a certificate that cannot be read'],
    ['ca.crt', () => '-----BEGIN hunter2', 'is truncated'],
    ['ca.crt', () => authority.cert.slice(0, -30), 'is truncated'],
    ['ca.crt', () => authority.key, 'contains something other than certificates'],
    ['ca.crt', () => authority.cert + authority.key, 'contains something other than certificates'],
    ['ca.crt', () => 'x'.repeat(600_000), 'is longer than 512 KiB'],
    [
      'ca.crt',
      async () => (await newAuthority('old', hours(-2, -1))).cert,
      'contains a certificate that expired on 20',
    ],
    [
      'ca.crt',
      async () => (await newAuthority('new', hours(25, 50))).cert,
      'contains a certificate that is not valid before 20',
    ],
    [
      'tls.crt',
      async () => (await authority.client('me', hours(-2, -1))).cert,
      'contains a certificate that expired on 20',
    ],
    ['tls.key', () => 'hunter2', 'contains no private key'],
    ['tls.key', () => client.cert, 'contains something other than one private key'],
    ['tls.key', () => client.key + client.key, 'contains something other than one private key'],
    ['tls.key', () => other.privateKey, 'contains a private key with a passphrase'],
    [
      'tls.key',
      () => broken.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
      'contains a private key that cannot be read',
    ],
    ['tls.key', () => authority.key, 'does not match the certificate in'],
  ])('%s: %s', async (key, text, problem) => {
    const db = {
      DATABASE_URL: 'postgresql://me@db/app',
      ...{ 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key },
      [key]: await text(),
    };
    const refused = resolve('{ secretRef: { name: db } }', { db });
    await expect(refused).rejects.toMatchObject({
      code: 'InvalidConnectionParams',
      message: expect.stringContaining(`key ${key} of Secret db ${problem}`),
    });
    await expect(refused).rejects.not.toThrow(/hunter2|xxxx/);
  });

  test('a list of authorities with one expired certificate is used', async () => {
    const old = await newAuthority('old', hours(-2, -1));
    const db = {
      DATABASE_URL: 'postgresql://me:pw@db/app',
      'ca.crt': `# before\n${old.cert}# now\n${authority.cert}`,
    };
    const { target: to } = await resolve('{ secretRef: { name: db } }', { db });
    expect(to.tls).toEqual({ ca: old.cert + authority.cert });
  });
});
