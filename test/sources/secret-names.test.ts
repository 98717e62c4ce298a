import { expect, test } from '@jest/globals';
import { readPolicyResource } from '../../core/document/resource.ts';
import { decodePolicy, secretNamesIn } from '../../sources/kubernetes/policy-object.ts';
import { secretsUsed } from '../../sources/secrets-used.ts';

const connection = { secretRef: { name: 'admin' } };
const theirs = { name: 'theirs', key: 'password' };
const byParams = {
  params: { host: 'db', dbname: 'shop', username: 'app', passwordSecret: theirs },
};

test.each([
  ['without roles', { connection }],
  ['with null for roles', { connection, roles: null }],
  ['with a role without a password', { connection, roles: [{ name: 'app' }] }],
  ['with null for a password', { connection, roles: [{ name: 'app', password: null }] }],
  [
    'with passwords of both kinds beside a role without one',
    {
      connection,
      roles: [
        { name: 'app' },
        { name: 'web', login: true, password: { secretRef: { name: 'given' }, secretKey: 'web' } },
        { name: 'job', login: true, password: { generate: {} } },
      ],
    },
  ],
  ['with params', { connection: byParams, roles: [{ name: 'app' }] }],
])('a watcher finds the Secrets that a worker reads for a policy %s', (_how, spec) => {
  const object = decodePolicy({
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name: 'shop', namespace: 'prod', uid: 'u', generation: 1, resourceVersion: '1' },
    spec,
  });
  const content = readPolicyResource(object);
  if (content.kind !== 'policy') throw new Error(JSON.stringify(content));
  const used = secretsUsed(content);
  expect(used.length).toBeGreaterThan(0);
  expect(secretNamesIn(object)).toEqual(used);
});
