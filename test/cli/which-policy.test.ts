import { expect, test } from '@jest/globals';
import { lastWords, runCli } from './run-cli.ts';

const policy = (namespace: string, name: string) => `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { connection: { secretRef: { name: db } }, roles: [{ name: ana }] }`;

const input = [policy('prod', 'shop'), policy('test', 'shop'), policy('test', 'web')].join(
  '\n---\n',
);

async function outcome(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return lastWords(await runCli(['diff', '-f', '-', ...args], { input, env }))[1];
}

/** The error names its Secret, which shows that this policy was selected. */
const taken = (namespace: string) => `error: SecretMissing: Secret ${namespace}/db does not exist`;

test('options or the environment select a policy of a file by name and namespace', async () => {
  expect(await outcome(['--policy', 'shop', '-n', 'prod'])).toBe(taken('prod'));
  expect(await outcome(['--policy', 'shop'], { PGWARDEN_NAMESPACE: 'test' })).toBe(taken('test'));
  expect(await outcome(['-n', 'prod'], { PGWARDEN_NAMESPACE: '' })).toBe(taken('prod'));
  expect(await outcome(['--policy', 'web'], { PGWARDEN_NAMESPACE: '' })).toBe(taken('test'));
  expect(await outcome(['--policy', 'web'])).toBe(taken('test'));
  expect(await outcome(['--policy', 'prod/shop'], { PGWARDEN_NAMESPACE: 'test' })).toBe(
    taken('prod'),
  );
});

test('an ambiguous or missing policy is an error', async () => {
  expect(await outcome(['--policy', 'shop'])).toBe(
    'error: Usage: stdin contains more than one manifest or PostgresPolicy: prod/shop, test/shop',
  );
  expect(await outcome(['--policy', 'web', '-n', 'prod'])).toBe(
    'error: PolicyNotFound: stdin contains no PostgresPolicy web in namespace prod',
  );
  expect(await outcome(['-n', 'Prod'])).toMatch(
    /^error: Usage: .*Use at most 63 lowercase letters/,
  );
});

test('a manifest has no namespace', async () => {
  const env = { PGWARDEN_NAMESPACE: 'prod' };
  const result = await runCli(['diff', '-f', '-'], { input: 'roles: [{ name: ana }]', env });
  expect(lastWords(result)[1]).toBe('error: Usage: a bare manifest does not name a database');
});
