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

/** Its Secret is asked for: it is the one. */
const taken = (namespace: string) => `error: SecretMissing: Secret ${namespace}/db does not exist`;

test('a policy of a file is found by name and namespace, by an option or the environment', async () => {
  expect(await outcome(['--policy', 'shop', '-n', 'prod'])).toBe(taken('prod'));
  expect(await outcome(['--policy', 'shop'], { PGWARDEN_NAMESPACE: 'test' })).toBe(taken('test'));
  expect(await outcome(['-n', 'prod'], { PGWARDEN_NAMESPACE: '' })).toBe(taken('prod'));
  expect(await outcome(['--policy', 'web'], { PGWARDEN_NAMESPACE: '' })).toBe(taken('test'));
  expect(await outcome(['--policy', 'web'])).toBe(taken('test'));
  expect(await outcome(['--policy', 'prod/shop'], { PGWARDEN_NAMESPACE: 'test' })).toBe(
    taken('prod'),
  );
});

test('where it is not told which, or there is none, that is told', async () => {
  expect(await outcome(['--policy', 'shop'])).toBe(
    'error: Usage: stdin holds more than one manifest or PostgresPolicy: prod/shop, test/shop',
  );
  expect(await outcome(['--policy', 'web', '-n', 'prod'])).toBe(
    'error: PolicyNotFound: stdin holds no PostgresPolicy web in namespace prod',
  );
  expect(await outcome(['-n', 'Prod'])).toMatch(/^error: Usage: .*No namespace can have that name/);
});

test('a manifest is in no namespace', async () => {
  const env = { PGWARDEN_NAMESPACE: 'prod' };
  const result = await runCli(['diff', '-f', '-'], { input: 'roles: [{ name: ana }]', env });
  expect(lastWords(result)[1]).toBe('error: Usage: a bare manifest names no database');
});
