import { expect, test } from '@jest/globals';
import { newAuthority } from '../setup/certificates.ts';
import { policyWith, resolve } from './resolve-connection.ts';

const server = 'host: db, dbname: app, username: me';
const withAuth = (auth: string, more = '') =>
  `{ params: { ${server}, auth: { ${auth} }${more === '' ? '' : `, ${more}`} } }`;
const types = ['aws_rds_iam', 'gcp_workload_identity', 'azure_workload_identity'];
const bearers = types.slice(1);
const ca = 'sslRootCertSecret: { name: ca, key: ca.crt }';

test.each(types)('%s needs no password, and changes no version', async (type) => {
  const { target, auth, versions } = await resolve(withAuth(`type: ${type}`));
  expect({ password: target.password, auth, versions }).toEqual({
    password: undefined,
    auth: { type },
    versions: {},
  });
});

test('without sslMode a token is sent only to a verified server, and an AWS token at least over TLS', async () => {
  const authority = await newAuthority('db');
  const secrets = { ca: { 'ca.crt': authority.cert } };
  const modes = types.map(async (type) => [
    type,
    (await resolve(withAuth(`type: ${type}`))).target.sslMode,
    (await resolve(withAuth(`type: ${type}`, ca), secrets)).target.sslMode,
    (await resolve(withAuth(`type: ${type}`, `sslMode: verify-ca, ${ca}`), secrets)).target.sslMode,
    (await resolve(withAuth(`type: ${type}`, `sslMode: require, ${ca}`), secrets)).target.sslMode,
  ]);
  expect(await Promise.all(modes)).toEqual([
    ['aws_rds_iam', 'require', 'verify-full', 'verify-ca', 'verify-ca'],
    ['gcp_workload_identity', 'verify-full', 'verify-full', 'verify-ca', 'verify-ca'],
    ['azure_workload_identity', 'verify-full', 'verify-full', 'verify-ca', 'verify-ca'],
  ]);
});

const fromSecret = (value: string) => ({ s: { v: value } });

test.each(types)('no token of %s is sent if TLS is optional', async (type) => {
  for (const mode of ['disable', 'allow', 'prefer']) {
    expect(() => policyWith(withAuth(`type: ${type}`, `sslMode: ${mode}`))).toThrow(
      'which may send the token of auth without TLS',
    );
    const secret = withAuth(`type: ${type}`, 'sslModeSecret: { name: s, key: v }');
    await expect(resolve(secret, fromSecret(mode))).rejects.toThrow('without TLS');
  }
  const host = '{ params: { hostSecret: { name: s, key: v }, dbname: app, username: me, auth: { ';
  await expect(resolve(`${host}type: ${type} } } }`, fromSecret('/run/pg'))).rejects.toThrow(
    'connection.params.host (key v of Secret s) is a socket directory, which has no TLS',
  );
});

test.each(bearers)('no token of %s is sent to an unverified server', async (type) => {
  for (const mode of ['require', 'verify-ca']) {
    expect(() => policyWith(withAuth(`type: ${type}`, `sslMode: ${mode}`))).toThrow(
      'would send the token of auth to any server',
    );
    const secret = withAuth(`type: ${type}`, 'sslModeSecret: { name: s, key: v }');
    await expect(resolve(secret, fromSecret(mode))).rejects.toThrow('to any server');
  }
});

test.each([
  ['password: p', 'password cannot be combined with auth'],
  ['passwordSecret: { name: s, key: v }', 'passwordSecret cannot be combined with auth'],
  [
    'sslCertSecret: { name: s, key: v }, sslKeySecret: { name: s, key: v }',
    'sslCertSecret cannot be combined with auth',
  ],
])('auth is the only way to log in: %s is refused', (more, message) => {
  expect(() => policyWith(withAuth('type: aws_rds_iam', more))).toThrow(message);
});

test.each([
  ['type: aws_rds_iam, scope: https://example.com/x', 'auth.scope has no effect with aws_rds_iam'],
  ['type: gcp_workload_identity, region: eu-central-1', 'auth.region has no effect with gcp'],
  [
    'type: azure_workload_identity, impersonateServiceAccount: a@b.c',
    'auth.impersonateServiceAccount has no effect with azure',
  ],
  ['type: oracle', 'auth.type'],
  ['type: aws_rds_iam, region: evil.com/x', 'auth.region is not a region'],
  [
    'type: gcp_workload_identity, impersonateServiceAccount: "x/../../y@b.c"',
    'is not the email address of a service account',
  ],
  ['type: gcp_workload_identity, scope: "a b"', 'auth.scope is not a scope'],
])('auth: { %s } is refused', (auth, message) => {
  expect(() => policyWith(withAuth(auth))).toThrow(message);
});

test('an AWS token is for one host, wherever the list of hosts comes from', async () => {
  const hosts = '{ params: { host: "a,b", dbname: app, username: me, auth: { type: ';
  expect(() => policyWith(`${hosts}aws_rds_iam } } }`)).toThrow('is for one host');
  const secret = '{ params: { hostSecret: { name: s, key: v }, dbname: app, username: me, auth: { ';
  await expect(resolve(`${secret}type: aws_rds_iam } } }`, fromSecret('a,b'))).rejects.toThrow(
    'is for one host',
  );
  const { target } = await resolve(`${hosts}azure_workload_identity } } }`);
  expect(target.otherHosts).toEqual([{ host: 'b', port: 5432 }]);
});
