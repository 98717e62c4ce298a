import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocuments } from '../../core/document/document.ts';
import { environmentPasswords, passwordSources } from '../../sources/passwords.ts';
import { policyYaml, secretYaml, shop, testDirectory, type TestDirectory } from './directory.ts';

let directory: TestDirectory;
beforeEach(async () => {
  directory = await testDirectory();
});
afterEach(() => directory.remove());

async function declare(password: string): Promise<void> {
  await directory.write(
    'main.yaml',
    policyYaml('main', `  roles: [{ name: ana, login: true, password: ${password} }]`),
  );
}

const verifierOf = (password: string) => Promise.resolve(`verifier of ${password}`);

async function resolve(applied: Readonly<Record<string, string>> = {}, create = true) {
  const record = await directory.source.readPolicy(shop('main'));
  if (record === undefined) throw new Error('no policy');
  const status = { conditions: [], applied_password_source_versions: applied };
  const options = { create, verifierOf };
  return passwordSources(directory.source, { ...record, status }, options);
}

const fromSecret = '{ secretRef: { name: passwords } }';

test('a password is at the key of the role name, and used unchanged', async () => {
  await declare(fromSecret);
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: ' pässword\n' }));
  expect([...(await resolve()).passwords]).toEqual([['ana', ' pässword\n']]);
});

test('a version stays while the password does, whatever else in the Secret changes', async () => {
  await declare(fromSecret);
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'one' }));
  const { versions: first } = await resolve();
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'one', bob: 'x' }));
  const { versions: second } = await resolve(first);
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'two', bob: 'x' }));
  const { versions: third } = await resolve(second);
  expect(first.ana).toMatch(/^v1:[0-9a-f]{32}:[0-9a-f]{12}$/);
  expect(second).toEqual(first);
  expect(third).not.toEqual(first);
});

test('a version has a unique salt, and changes with the key even for the same value', async () => {
  await declare(fromSecret);
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'one', other: 'one' }));
  const { versions: first } = await resolve();
  expect((await resolve()).versions).not.toEqual(first);
  await declare('{ secretRef: { name: passwords }, secretKey: other }');
  expect((await resolve(first)).versions).not.toEqual(first);
});

test('a version that pgwarden did not write is replaced', async () => {
  await declare(fromSecret);
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'one' }));
  expect((await resolve({ ana: 'v0:whatever' })).versions.ana).toMatch(/^v1:/);
});

test('a password is generated once, together with its verifier', async () => {
  await declare('{ generate: { length: 40 } }');
  const first = await resolve();
  const second = await resolve(first.versions);
  const secret = await directory.source.readSecret(shop('main-pgr-ana'));
  expect(first.passwords.get('ana')).toMatch(/^[A-Za-z0-9_-]{40}$/);
  expect(second).toEqual(first);
  expect(secret?.data.get('password')?.toString()).toBe(first.passwords.get('ana'));
  expect(secret?.data.get('verifier')?.toString()).toBe(
    `verifier of ${first.passwords.get('ana') ?? ''}`,
  );
});

test('a generated password comes with its verifier', async () => {
  await declare('{ generate: {} }');
  const { passwords, verifiers } = await resolve();
  expect(verifiers.get('ana')).toBe(`verifier of ${passwords.get('ana') ?? ''}`);
  expect((await resolve()).verifiers).toEqual(verifiers);
});

test('a generated password rotates when its Secret is deleted', async () => {
  await declare('{ generate: { secretName: mine, secretKey: pw } }');
  const first = await resolve();
  await unlink(join(directory.state, 'secrets', 'shop', 'mine.yaml'));
  const second = await resolve(first.versions);
  expect(second.passwords.get('ana')).not.toBe(first.passwords.get('ana'));
  expect(second.versions).not.toEqual(first.versions);
});

test('planning generates nothing', async () => {
  await declare('{ generate: {} }');
  expect(await resolve({}, false)).toEqual({
    passwords: new Map(),
    versions: { ana: 'pending' },
    verifiers: new Map(),
  });
  await expect(readdir(directory.state)).rejects.toThrow('ENOENT');
});

test('planning shows no change after the generated password was applied', async () => {
  await declare('{ generate: {} }');
  const { versions } = await resolve();
  expect((await resolve(versions, false)).versions).toEqual(versions);
});

test("someone else's Secret never counts as the generated one", async () => {
  await declare('{ generate: { secretName: theirs } }');
  await directory.write('theirs.yaml', secretYaml('theirs', { password: 'theirs' }));
  for (const create of [true, false]) {
    await expect(resolve({}, create)).rejects.toMatchObject({
      code: 'SecretFetchFailed',
      message: 'Secret shop/theirs exists and does not belong to policy shop/main',
    });
  }
});

test.each([
  ['ana', '', 'key "ana" of Secret shop/passwords is an empty password'],
  ['bob', 'x', 'Secret shop/passwords has no key "ana"'],
])('a Secret with %s: %j is refused by name and key', async (key, value, message) => {
  await declare(fromSecret);
  await directory.write('passwords.yaml', secretYaml('passwords', { [key]: value }));
  await expect(resolve()).rejects.toMatchObject({ code: 'SecretMissing', message });
});

test('a missing Secret is refused by name', async () => {
  await declare(fromSecret);
  const message = 'Secret shop/passwords does not exist';
  await expect(resolve()).rejects.toMatchObject({ code: 'SecretMissing', message });
});

function manifest(password: string) {
  const [document] = parseDocuments(
    `roles: [{ name: ana, login: true, password: ${password} }]`,
    'm.yaml',
  );
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  return document.graph;
}

test('the CLI reads passwords from its environment', async () => {
  const graph = manifest('{ from_env: ANA_PASSWORD }');
  const { passwords } = await environmentPasswords(graph, { ANA_PASSWORD: 'one' });
  expect([...passwords]).toEqual([['ana', 'one']]);
  await expect(environmentPasswords(graph, {})).rejects.toMatchObject({
    code: 'SecretMissing',
    message: 'environment variable ANA_PASSWORD is not set',
  });
  await expect(environmentPasswords(graph, { ANA_PASSWORD: '' })).rejects.toMatchObject({
    message: 'environment variable ANA_PASSWORD is an empty password',
  });
  const planned = await environmentPasswords(graph, {}, { lenient: true });
  expect(planned.versions).toEqual({ ana: 'pending' });
  const secret = environmentPasswords(manifest(fromSecret), {});
  await expect(secret).rejects.toMatchObject({ code: 'InvalidSpec' });
});
