import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lastWords, runCli } from './run-cli.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-bounds-'));
  const rules = `- { name: shop, namespaces: [shop], roles: [shop-*], hosts: [db] }
- { name: all, namespaces: ['*'], forbidden_attributes: [superuser] }`;
  await writeFile(join(folder, 'bounds.yaml'), rules);
});

afterAll(() => rm(folder, { recursive: true }));

const policy = (namespace: string, role: string) => `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: access, namespace: ${namespace} }
spec:
  connection: { secretRef: { name: db } }
  roles: [${role}]`;

const secret = (host: string) => `apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData: { DATABASE_URL: 'postgresql://me:hidden@${host}/shop' }`;

function validate(input: string, ...args: readonly string[]) {
  return runCli(['validate', '-f', '-', '--bounds', 'bounds.yaml', ...args], {
    input,
    cwd: folder,
  });
}

test('policies within the bounds of their namespaces are valid', async () => {
  const text = [
    policy('shop', '{ name: shop-app }'),
    policy('other', '{ name: app }'),
    secret('db'),
  ];
  const result = await validate(text.join('\n---\n'));
  expect(result).toMatchObject({ code: 0, stderr: '' });
});

test('a violation is reported with file, policy and rule, but without the values of the Secret', async () => {
  const text = [
    policy('shop', '{ name: app, superuser: true }'),
    policy('other', '{ name: shop-app }'),
    secret('elsewhere'),
  ];
  const result = await validate(text.join('\n---\n'));
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('valid stdin: PostgresPolicy other/access');
  expect(result.stderr.split('\n').slice(0, 3)).toEqual([
    'stdin: PostgresPolicy shop/access: rule shop: declares role "app", but roles are shop-*',
    'stdin: PostgresPolicy shop/access: rule all: gives role "app" superuser, but forbidden_attributes are superuser',
    'stdin: PostgresPolicy shop/access: rule shop: connects to host that a Secret names, but hosts are db',
  ]);
  expect(lastWords(result)[1]).toMatch(/^error: PolicyOutOfBounds: /);
  expect(result.stderr).not.toContain('elsewhere');
});

test('-n selects the namespace whose bounds apply, also for a manifest', async () => {
  const manifest = 'roles: [{ name: app }]';
  expect((await validate(manifest)).code).toBe(0);
  expect(lastWords(await validate(manifest, '-n', 'shop'))[1]).toBe(
    'error: PolicyOutOfBounds: stdin: manifest: rule shop: declares role "app", but roles are shop-*',
  );
});

test('a note says that a connection was not checked because its Secret is missing', async () => {
  const result = await validate(policy('shop', '{ name: shop-app }'));
  expect(result).toMatchObject({
    code: 0,
    stderr:
      'note: stdin: PostgresPolicy shop/access: its Secrets are not in these files, so its connection was not checked against the bounds\n',
  });
});

test('the connection parameters in the policy are checked without its Secrets', async () => {
  const text = policy('shop', '{ name: shop-app }').replace(
    'secretRef: { name: db }',
    'params: { host: x, dbname: d, username: u, passwordSecret: { name: p, key: k } }',
  );
  expect(lastWords(await validate(text))[1]).toContain(
    'connects to host "x:5432", but hosts are db',
  );
});

test('invalid bounds are reported before any policy', async () => {
  await writeFile(join(folder, 'broken.yaml'), '- { name: a, namespaces: [x], role: [b] }');
  const result = await validate(policy('shop', '{ name: app }'), '--bounds', 'broken.yaml');
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(lastWords(result)[1]).toContain(
    'error: BoundsUnreadable: broken.yaml line 1: bounds[0].role is not a known key (did you mean roles?)',
  );
  const none = await validate('roles: []', '--bounds', 'nowhere.yaml');
  expect(lastWords(none)[1]).toBe('error: BoundsUnreadable: nowhere.yaml cannot be read: ENOENT');
});
