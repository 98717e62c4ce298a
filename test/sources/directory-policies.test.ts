import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretVersions } from '../../sources/secrets-used.ts';
import type { PolicyRecord } from '../../sources/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { policyYaml, secretYaml, shop, testDirectory, type TestDirectory } from './directory.ts';

let directory: TestDirectory;
beforeEach(async () => {
  directory = await testDirectory();
});
afterEach(() => directory.remove());

async function problems(): Promise<readonly string[]> {
  return (await directory.source.problems()).map(({ message }) => message);
}

function roleNames(record: PolicyRecord | undefined): readonly string[] | undefined {
  if (record === undefined || 'refusal' in record.content) return undefined;
  return record.content.graph.roles.map(({ name }) => name);
}

function refusalOf(record: PolicyRecord | undefined): string | undefined {
  return record !== undefined && 'refusal' in record.content
    ? `${record.content.refusal.code}: ${record.content.refusal.message}`
    : undefined;
}

test('policies are found in every *.yaml and *.yml, but not in dot-folders and node_modules', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  await directory.write('deep/er/b.yml', policyYaml('b'));
  await directory.write('.git/c.yaml', policyYaml('c'));
  await directory.write('node_modules/d.yaml', policyYaml('d'));
  await directory.write('e.json', '{}');
  expect(await directory.source.listPolicies()).toEqual([shop('a'), shop('b')]);
  expect(await problems()).toEqual([]);
});

test('a state directory inside the directory is not read for policies', async () => {
  const stateDirectory = join(directory.path, 'state');
  await directory.write('a.yaml', policyYaml('a'));
  await directory.write('state/b.yaml', policyYaml('b'));
  const source = directorySource({ directory: directory.path, stateDirectory });
  expect(await source.listPolicies()).toEqual([shop('a')]);
});

test('an edited policy has another version, and a rewritten one does not', async () => {
  await directory.write('a.yaml', policyYaml('a', '  roles: [{ name: ana }]'));
  const first = await directory.source.readPolicy(shop('a'));
  await directory.replace('a.yaml', `# a comment\n${policyYaml('a', '  roles: [{ name: ana }]')}`);
  const second = await directory.source.readPolicy(shop('a'));
  await directory.write('a.yaml', policyYaml('a', '  roles: [{ name: bob }]'));
  const third = await directory.source.readPolicy(shop('a'));
  expect([first, second, third].map(roleNames)).toEqual([['ana'], ['ana'], ['bob']]);
  expect(second?.version).toBe(first?.version);
  expect(third?.version).not.toBe(first?.version);
  expect((await directory.reopen().readPolicy(shop('a')))?.version).toBe(third?.version);
});

test('a policy that another process adds, renames or deletes is noticed at the next read', async () => {
  expect(await directory.source.readPolicy(shop('a'))).toBeUndefined();
  await directory.write('a.yaml', policyYaml('a'));
  expect(await directory.source.readPolicy(shop('a'))).toBeDefined();
  await rename(join(directory.path, 'a.yaml'), join(directory.path, 'b.yaml'));
  expect(await directory.source.readPolicy(shop('a'))).toBeDefined();
  await unlink(join(directory.path, 'b.yaml'));
  expect(await directory.source.readPolicy(shop('a'))).toBeUndefined();
});

test('an invalid policy keeps its name and reports its error, and does not affect others', async () => {
  await directory.write('a.yaml', policyYaml('a', '  interval: soon'));
  await directory.write('b.yaml', policyYaml('b'));
  expect(refusalOf(await directory.source.readPolicy(shop('a')))).toMatch(
    /^InvalidSpec: a\.yaml line 6: spec\.interval/,
  );
  expect(roleNames(await directory.source.readPolicy(shop('b')))).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('an error outside of policies is a problem of the directory', async () => {
  await directory.write('bare.yaml', 'roles: [{ name: ana }]');
  await directory.write('broken.yaml', 'a: [');
  await directory.write('compose.yaml', 'services: {}');
  await directory.write('name.yaml', policyYaml('Not_A_Name'));
  await directory.write('good.yaml', policyYaml('good'));
  expect(await directory.source.listPolicies()).toEqual([shop('good')]);
  expect(await problems()).toEqual([
    'bare.yaml is a bare manifest without a database',
    expect.stringMatching(/^broken\.yaml line 1: /),
    expect.stringMatching(/^compose\.yaml line 1: /),
    expect.stringMatching(/^name\.yaml line 3: metadata\.name/),
  ]);
});

test('of two documents with one name the first file counts, and the problem names both', async () => {
  await directory.write('1.yaml', policyYaml('a', '  roles: [{ name: ana }]'));
  await directory.write('2.yaml', `${policyYaml('b')}\n---\n${policyYaml('a')}`);
  expect(roleNames(await directory.source.readPolicy(shop('a')))).toEqual(['ana']);
  expect(await problems()).toEqual([
    '2.yaml document 2 declares PostgresPolicy shop/a, which 1.yaml already does',
  ]);
});

test('a policy and a Secret can have the same name', async () => {
  await directory.write('a.yaml', `${policyYaml('a')}\n---\n${secretYaml('a', { key: 'value' })}`);
  expect(await problems()).toEqual([]);
  expect((await directory.source.readSecret(shop('a')))?.data.get('key')?.toString()).toBe('value');
});

test('a policy whose file an edit breaks is in error, not deleted, and recovers', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  const before = await directory.source.readPolicy(shop('a'));
  await directory.write('a.yaml', 'apiVersion: {');
  expect(refusalOf(await directory.source.readPolicy(shop('a')))).toMatch(/^InvalidSpec: a\.yaml /);
  await directory.write('a.yaml', policyYaml('a'));
  expect(await directory.source.readPolicy(shop('a'))).toEqual(before);
});

test('without the directory a policy is unreadable, not deleted', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  await directory.source.readPolicy(shop('a'));
  await rm(directory.path, { recursive: true });
  const unreadable = { code: 'PolicyUnreadable', message: expect.stringContaining('ENOENT') };
  await expect(directory.source.readPolicy(shop('a'))).rejects.toMatchObject(unreadable);
  await expect(directory.source.listPolicies()).rejects.toMatchObject(unreadable);
  await expect(directory.source.readSecret(shop('a'))).rejects.toMatchObject({
    code: 'SecretFetchFailed',
  });
});

test('an unreadable file is a problem, and hides no policy', async () => {
  await directory.write('b.yaml', policyYaml('b'));
  await symlink('a.yaml', join(directory.path, 'a.yaml')); // leads to itself
  expect(await problems()).toEqual(['a.yaml cannot be read: ELOOP']);
  expect(await directory.source.readPolicy(shop('b'))).toBeDefined();
  await expect(directory.source.readPolicy(shop('a'))).rejects.toMatchObject({
    code: 'PolicyUnreadable',
  });
  await expect(directory.source.readSecret(shop('a'))).rejects.toMatchObject({
    code: 'SecretFetchFailed',
  });
});

test('a file that is not UTF-8 is a problem, and its policy keeps its names', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  await directory.source.readPolicy(shop('a'));
  const latin1 = Buffer.from(`${policyYaml('a')}\n# \xe9`, 'latin1');
  await writeFile(join(directory.path, 'a.yaml'), latin1);
  expect(refusalOf(await directory.source.readPolicy(shop('a')))).toBe(
    'PolicyUnreadable: a.yaml cannot be read: NOT_UTF8',
  );
});

test('a policy whose file can no longer be read is in error, not deleted', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  await directory.source.readPolicy(shop('a'));
  await unlink(join(directory.path, 'a.yaml'));
  await symlink('a.yaml', join(directory.path, 'a.yaml'));
  expect(refusalOf(await directory.source.readPolicy(shop('a')))).toBe(
    'PolicyUnreadable: a.yaml cannot be read: ELOOP',
  );
});

test('a file that is really a folder, or a broken link, does not stop anything', async () => {
  await mkdir(join(directory.path, 'folder.yaml'));
  await symlink('nowhere', join(directory.path, 'dangling.yaml'));
  await symlink('.', join(directory.path, 'circle'));
  await directory.write('a.yaml', policyYaml('a'));
  expect(await directory.source.listPolicies()).toEqual([shop('a')]);
  expect(await problems()).toEqual([]);
});

test('a file is not read while it is being written', async () => {
  const whole = policyYaml('a', '  roles: [{ name: ana }, { name: bob }]');
  const part = policyYaml('a', '  roles: [{ name: ana }]');
  const writing = (async () => {
    for (let times = 0; times < 20; times += 1) await directory.write('a.yaml', part);
    await directory.write('a.yaml', whole);
  })();
  const read =
    (await directory.source.readPolicy(shop('a'))) ??
    (await directory.source.readPolicy(shop('a')));
  await writing;
  expect(roleNames(read)).toEqual(['ana', 'bob']);
});

test('of 1,000 unchanged policies, none is parsed again', async () => {
  for (let n = 0; n < 1_000; n += 1) {
    await directory.write(`${n}.yaml`, policyYaml(`policy-${n}`, '  roles: [{ name: ana }]'));
  }
  const names = await directory.source.listPolicies();
  const read = async () => {
    const records = [];
    for (const name of names) records.push(await directory.source.readPolicy(name));
    return records;
  };
  const [first, again] = [await read(), await read()];
  expect(names).toHaveLength(1_000);
  // The same object, so it was not read again.
  expect(again.every((record, index) => record?.content === first[index]?.content)).toBe(true);
});

test('the policies that use a Secret are those of its namespace that name it anywhere', async () => {
  const password = (source: string) => `  roles: [{ name: ana, login: true, password: ${source} }]`;
  await directory.write('a.yaml', policyYaml('a'));
  await directory.write('b.yaml', policyYaml('b', password('{ secretRef: { name: passwords } }')));
  await directory.write('c.yaml', policyYaml('c', password('{ generate: {} }')));
  const using = (name: string, namespace = 'shop') =>
    directory.source.policiesUsing({ namespace, name });
  expect(await using('database')).toEqual([shop('a'), shop('b'), shop('c')]);
  expect(await using('passwords')).toEqual([shop('b')]);
  expect(await using('c-pgr-ana')).toEqual([shop('c')]);
  expect(await using('database', 'other')).toEqual([]);
});

test("the versions of a policy's Secrets are known by name, including missing ones", async () => {
  const password = '{ secretRef: { name: passwords } }';
  await directory.write(
    'a.yaml',
    policyYaml('a', `  roles: [{ name: ana, login: true, password: ${password} }]`),
  );
  await directory.write('passwords.yaml', secretYaml('passwords', { ana: 'one' }));
  const record = await directory.source.readPolicy(shop('a'));
  const passwords = await directory.source.readSecret(shop('passwords'));
  expect(record && (await secretVersions(directory.source, record))).toEqual({
    database: 'missing',
    passwords: passwords?.version,
  });
});

test('a file with deletion_policy Revoke is refused, because a deleted file cannot revoke', async () => {
  await directory.write('a.yaml', policyYaml('a', '  deletion_policy: Revoke\n'));
  const refusal = refusalOf(await directory.source.readPolicy(shop('a')));
  expect(refusal).toContain(
    'InvalidSpec: a.yaml: spec.deletion_policy Revoke does not work in a directory',
  );
});
