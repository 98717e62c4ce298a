import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocuments } from '../../core/document/document.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import {
  handle,
  policyYaml,
  secretYaml,
  shop,
  testDirectory,
  type TestDirectory,
} from './directory.ts';

let directory: TestDirectory;
beforeEach(async () => {
  directory = await testDirectory();
});
afterEach(() => directory.remove());

const policy = shop('main');
const generated = new Map([
  ['password', 'correct: "horse"'],
  ['verifier', 'SCRAM-SHA-256$4096:c2FsdA==$a:b'],
]);

async function modeOf(...names: readonly string[]): Promise<string> {
  return ((await stat(join(directory.state, ...names))).mode & 0o777).toString(8);
}

function stateText(...names: readonly string[]): Promise<string> {
  return readFile(join(directory.state, ...names), 'utf8');
}

test('other processes can read a status, but no other user can', async () => {
  const status: PolicyStatus = { conditions: [], last_error: 'none', owned_roles: ['ana'] };
  await directory.write('main.yaml', policyYaml('main'));
  await directory.source.writeStatus(handle(policy), () => status);
  expect((await directory.source.readPolicy(policy))?.status).toEqual(status);
  expect((await directory.reopen().readPolicy(policy))?.status).toEqual(status);
  expect(await modeOf('status', 'shop')).toBe('700');
  expect(await modeOf('status', 'shop', 'main.json')).toBe('600');
});

test('a status written by one process is read by another that has read before', async () => {
  await directory.write('main.yaml', policyYaml('main'));
  const other = directory.reopen();
  expect((await other.readPolicy(policy))?.status).toEqual({ conditions: [] });
  await directory.source.writeStatus(handle(policy), () => ({ conditions: [], last_error: 'now' }));
  expect((await other.readPolicy(policy))?.status.last_error).toBe('now');
});

test('many statuses written at once leave one complete file and nothing else', async () => {
  const writes = Array.from({ length: 20 }, (_, count) =>
    directory.source.writeStatus(handle(policy), () => ({
      conditions: [],
      transient_failure_count: count,
    })),
  );
  await Promise.all(writes);
  expect(await readdir(join(directory.state, 'status', 'shop'))).toEqual(['main.json']);
  expect(JSON.parse(await stateText('status', 'shop', 'main.json'))).toHaveProperty('conditions');
});

test('a damaged status counts as absent', async () => {
  await directory.write('main.yaml', policyYaml('main'));
  await directory.source.writeStatus(handle(policy), () => ({ conditions: [], last_error: 'x' }));
  await writeFile(join(directory.state, 'status', 'shop', 'main.json'), '{ "conditions"');
  expect((await directory.source.readPolicy(policy))?.status).toEqual({ conditions: [] });
});

test('a policy with the longest possible name has a status', async () => {
  const longest = shop('n'.repeat(253));
  await directory.write('main.yaml', policyYaml(longest.name));
  await directory.source.writeStatus(handle(longest), () => ({ conditions: [], last_error: 'x' }));
  expect((await directory.source.readPolicy(longest))?.status.last_error).toBe('x');
});

test('no name leads out of the state directory', async () => {
  await directory.source.writeStatus(handle({ namespace: '..', name: '../x' }), () => ({
    conditions: [],
  }));
  const escape = directory.source.createSecret(
    { namespace: '..', name: 'x' },
    handle(policy),
    generated,
  );
  await expect(escape).rejects.toMatchObject({ code: 'SecretFetchFailed' });
  await expect(readdir(directory.state)).rejects.toThrow('ENOENT');
});

test('git ignores the state directory', async () => {
  await directory.source.recordEvent(handle(policy), {
    type: 'Normal',
    reason: 'Reconciled',
    message: 'x',
  });
  expect(await stateText('.gitignore')).toBe('*\n');
});

test('events are lines of JSON, and the log stays small', async () => {
  const message = 'x'.repeat(100_000);
  const reasons = Array.from({ length: 25 }, (_, count) => `Reason${count}`);
  for (const reason of reasons) {
    await directory.source.recordEvent(handle(policy), { type: 'Warning', reason, message });
  }
  const lines = `${await stateText('events.1.jsonl')}${await stateText('events.jsonl')}`
    .trim()
    .split('\n');
  const last: unknown = JSON.parse(lines.at(-1) ?? '');
  expect(last).toMatchObject({ policy: 'shop/main', type: 'Warning', reason: 'Reason24', message });
  expect(lines.length).toBeLessThan(25);
});

test('a generated Secret is a Secret in a file that only its user can read', async () => {
  const created = await directory.source.createSecret(
    shop('main-pgr-ana'),
    handle(policy),
    generated,
  );
  const read = await directory.reopen().readSecret(shop('main-pgr-ana'));
  expect(read).toEqual(created);
  expect(read?.owner).toEqual(policy);
  expect(read?.data.get('password')?.toString()).toBe('correct: "horse"');
  expect(await modeOf('secrets', 'shop')).toBe('700');
  expect(await modeOf('secrets', 'shop', 'main-pgr-ana.yaml')).toBe('600');
  const text = await stateText('secrets', 'shop', 'main-pgr-ana.yaml');
  expect(parseDocuments(text, 'file')).toMatchObject([
    { kind: 'secret', ref: shop('main-pgr-ana') },
  ]);
});

test('of many processes that create one Secret at once, one does, and all get that one', async () => {
  const passwords = ['a', 'b', 'c', 'd', 'e', 'f'];
  const created = await Promise.all(
    passwords.map((password) =>
      directory
        .reopen()
        .createSecret(shop('main-pgr-ana'), handle(policy), new Map([['password', password]])),
    ),
  );
  const winner = (await directory.source.readSecret(shop('main-pgr-ana')))?.data.get('password');
  expect(created.map(({ data }) => data.get('password'))).toEqual(passwords.map(() => winner));
  expect(await readdir(join(directory.state, 'secrets', 'shop'))).toEqual(['main-pgr-ana.yaml']);
});

test("someone else's Secret is not overwritten", async () => {
  const foreign = {
    code: 'SecretFetchFailed',
    message: 'Secret shop/taken exists and does not belong to policy shop/main',
  };
  await directory.write('taken.yaml', secretYaml('taken', { password: 'theirs' }));
  const adopt = directory.source.createSecret(shop('taken'), handle(policy), generated);
  await expect(adopt).rejects.toMatchObject(foreign);
  await directory.source.createSecret(shop('other'), handle(shop('other-policy')), generated);
  const steal = directory.source.createSecret(shop('other'), handle(policy), generated);
  await expect(steal).rejects.toMatchObject({ code: 'SecretFetchFailed' });
});

test('a Secret of the directory with the name of a generated one is a problem', async () => {
  await directory.source.createSecret(shop('twice'), handle(policy), generated);
  await directory.write('twice.yaml', secretYaml('twice', { password: 'mine' }));
  expect((await directory.source.problems()).map(({ message }) => message)).toEqual([
    'twice.yaml declares Secret shop/twice, which a policy has generated',
  ]);
});

test('a generated Secret that is deleted is absent, and a damaged one is an error', async () => {
  const file = join(directory.state, 'secrets', 'shop', 'main-pgr-ana.yaml');
  await directory.source.createSecret(shop('main-pgr-ana'), handle(policy), generated);
  await unlink(file);
  expect(await directory.source.readSecret(shop('main-pgr-ana'))).toBeUndefined();
  await writeFile(file, 'stringData: { password: "hunter2');
  const read = directory.source.readSecret(shop('main-pgr-ana'));
  await expect(read).rejects.toMatchObject({ code: 'SecretFetchFailed' });
  await expect(read).rejects.not.toThrow('hunter2');
});

test('the version of a Secret depends on its content, also after a restart, and not on the file', async () => {
  const version = async (source = directory.source) =>
    (await source.readSecret(shop('s')))?.version;
  await directory.write('s.yaml', secretYaml('s', { key: 'one' }));
  const first = await version();
  await utimes(join(directory.path, 's.yaml'), 1, 1);
  expect(await version()).toBe(first);
  expect(await version(directory.reopen())).toBe(first);
  await directory.write('s.yaml', secretYaml('s', { key: 'two' }));
  expect(await version()).not.toBe(first);
});

test('the version of a Secret reveals nothing to a user who cannot read the state directory', async () => {
  const elsewhere = await testDirectory();
  await mkdir(elsewhere.state);
  for (const each of [directory, elsewhere])
    await each.write('s.yaml', secretYaml('s', { key: 'one' }));
  const [here, there] = [
    await directory.source.readSecret(shop('s')),
    await elsewhere.source.readSecret(shop('s')),
  ];
  await elsewhere.remove();
  expect(here?.data).toEqual(there?.data);
  expect(here?.version).not.toBe(there?.version);
});
