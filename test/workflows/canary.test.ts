import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reconcileNow } from '../../workflows/messages.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
const canaries = new Set<string>();

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

/** A password with characters that URL encoding changes. */
function canary(): string {
  const password = `Kanari/${randomBytes(9).toString('base64url')}+%&?`;
  canaries.add(password);
  return password;
}

/** Every form in which a password could leak. */
function formsOf(password: string): string[] {
  const bytes = Buffer.from(password);
  // Base64 of a longer text contains the middle of one of these three, depending on its start.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const quoted = JSON.stringify(password).slice(1, -1);
  return [
    password,
    quoted,
    ...shifted,
    bytes.toString('hex'),
    encodeURIComponent(password),
    bytes.toString('base64url'),
  ];
}

/** The text of all histories of the namespace, with every payload decoded. */
async function histories(): Promise<string> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of bench.client.workflow.list()) {
    const history = await bench.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const text = JSON.stringify(history, (_key, value: unknown) =>
      value instanceof Uint8Array || isBufferJson(value) ? decoded(value) : value,
    );
    texts.push(text);
  }
  expect(texts.length).toBeGreaterThan(0);
  return texts.join('\n');
}

interface BufferJson {
  readonly type: 'Buffer';
  readonly data: number[];
}

function isBufferJson(value: unknown): value is BufferJson {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function decoded(value: Uint8Array | BufferJson): string {
  return Buffer.from(value instanceof Uint8Array ? value : value.data).toString();
}

/** Everything that pgwarden wrote, except the Secrets that it generated. */
async function written(): Promise<string> {
  const state = join(dirname(bench.directory), 'state');
  const files = await readdir(state, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile() && !join(file.parentPath, file.name).includes('secret'))
    .map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

async function expectNoCanary(): Promise<void> {
  await eventually(async () => (await histories()).includes('workflowExecutionStarted'));
  const places = {
    histories: await histories(),
    status: await written(),
    log: bench.logged.join('\n'),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    [...canaries].flatMap((password) =>
      formsOf(password).flatMap((form) => (text.includes(form) ? [`${place}: ${form}`] : [])),
    ),
  );
  expect(found).toEqual([]);
}

function secretYaml(
  name: string,
  entries: Record<string, string>,
  labels: Record<string, string> = {},
): string {
  const metadata = { name, namespace: bench.namespace, labels };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: entries })}\n`;
}

interface Declared {
  readonly url?: string;
  readonly spec: string;
  readonly secrets?: string;
}

async function reconcilePolicy(name: string, { url = database.url, spec, secrets = '' }: Declared) {
  await bench.write(`${name}.yaml`, `${policyYaml(bench, name, url, spec)}${secrets}`);
  const handle = await bench.change(name);
  return handle.executeUpdate(reconcileNow);
}

async function saidOf(name: string): Promise<string | undefined> {
  const record = await bench.source.readPolicy({ namespace: bench.namespace, name });
  return record?.status.conditions.find(({ type }) => type === 'Ready')?.message;
}

test('the forms of a password are found where they are', () => {
  const password = canary();
  canaries.delete(password);
  const inside = Buffer.from(`x${password}yz`).toString('base64');
  expect(formsOf(password).some((form) => inside.includes(form))).toBe(true);
});

test('supplied and generated passwords that were applied appear nowhere', async () => {
  const [supplied, generated] = [uniqueName('app'), uniqueName('app')];
  const outcome = await reconcilePolicy('applied', {
    spec: `  roles:
    - { name: ${supplied}, login: true, password: { secretRef: { name: applied-passwords } } }
    - { name: ${generated}, login: true, password: { generate: { secretName: applied-made } } }`,
    secrets: secretYaml('applied-passwords', { [supplied]: canary() }),
  });
  expect(outcome.phase).toBe('Ready');
  expect(await saidOf('applied')).toBe('Applied 4 changes');
  const made = await bench.source.readSecret({ namespace: bench.namespace, name: 'applied-made' });
  const password = made?.data.get('password')?.toString() ?? '';
  expect(password).toHaveLength(32);
  canaries.add(password);
  await expectNoCanary();
});

test('a rotated password appears nowhere', async () => {
  const role = uniqueName('app');
  const spec = `  roles:
    - { name: ${role}, login: true, password: { secretRef: { name: rotated-passwords } } }`;
  for (const said of ['Applied 2 changes', 'Applied 1 change']) {
    const secrets = secretYaml('rotated-passwords', { [role]: canary() });
    await reconcilePolicy('rotated', { spec, secrets });
    expect(await saidOf('rotated')).toBe(said);
  }
  await expectNoCanary();
});

async function verifierOf(role: string): Promise<string> {
  const rows = await rowsOf<{ rolpassword: string }>(
    database.url,
    `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`,
  );
  return rows[0]?.rolpassword ?? '';
}

test('a password that someone else changed is repaired, and neither it nor any verifier appears anywhere', async () => {
  const role = uniqueName('app');
  const spec = `  roles:
    - { name: ${role}, login: true, password: { generate: { secretName: repaired-made } } }`;
  await reconcilePolicy('repaired', { spec });
  const ours = await verifierOf(role);
  const made = await bench.source.readSecret({ namespace: bench.namespace, name: 'repaired-made' });
  expect(made?.data.get('verifier')?.toString()).toBe(ours);
  for (const encryption of ['md5', 'scram-sha-256']) {
    await rowsOf(
      database.url,
      `BEGIN; SET LOCAL password_encryption = '${encryption}'; ALTER ROLE ${role} PASSWORD '${canary()}'; COMMIT`,
    );
    canaries.add(await verifierOf(role));
    await reconcilePolicy('repaired', { spec });
    expect(await saidOf('repaired')).toBe('Applied 1 change');
    expect(await verifierOf(role)).toBe(ours);
  }
  canaries.add(ours).add(made?.data.get('password')?.toString() ?? 'no password');
  await expectNoCanary();
});

test('a changed label of a Secret sets no password', async () => {
  const role = uniqueName('app');
  const password = canary();
  const spec = `  roles:
    - { name: ${role}, login: true, password: { secretRef: { name: labelled } } }`;
  await reconcilePolicy('labelled', {
    spec,
    secrets: secretYaml('labelled', { [role]: password }),
  });
  const before = await verifierOf(role);
  const labels = { team: 'sales' };
  const secrets = secretYaml('labelled', { [role]: password, other: 'x' }, labels);
  await reconcilePolicy('labelled', { spec, secrets });
  expect(await saidOf('labelled')).toBe('Applied 2 changes');
  expect(await verifierOf(role)).toBe(before);
});

test('the password of a refused connection appears nowhere', async () => {
  const user = uniqueName('login');
  await rowsOf(database.url, `CREATE ROLE ${user} LOGIN PASSWORD 'another'`);
  const url = new URL(database.url);
  url.username = user;
  url.password = encodeURIComponent(canary());
  url.pathname = '/no_such_database';
  const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
  const outcome = await reconcilePolicy('locked-out', { url: url.href, spec });
  expect(outcome).toMatchObject({
    phase: 'Failing',
    error: { code: 'DatabaseAuthenticationFailed' },
  });
  await rowsOf(database.url, `DROP ROLE ${user}`);
  await expectNoCanary();
});

test.each([
  [
    'unreachable',
    (password: string) => `postgresql://u:${encodeURIComponent(password)}@127.0.0.1:1/db`,
  ],
  ['malformed', (password: string) => `postgresql://u:${password}@@[bad:port/db`],
  ['no-url', (password: string) => `host=localhost password=${password}`],
])('the password in a connection URL that is %s appears nowhere', async (name, urlWith) => {
  const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
  const outcome = await reconcilePolicy(name, { url: urlWith(canary()), spec });
  expect(outcome.phase).toBe('Failing');
  await expectNoCanary();
});

test('an error about a missing key reveals no other key of the Secret', async () => {
  const role = uniqueName('app');
  const outcome = await reconcilePolicy('keyless', {
    spec: `  roles:
    - { name: ${role}, login: true, password: { secretRef: { name: keyless-passwords } } }`,
    secrets: secretYaml('keyless-passwords', { other: canary() }),
  });
  expect(outcome).toMatchObject({ phase: 'Failing', error: { code: 'SecretMissing' } });
  await expectNoCanary();
});

test('a statement that fails next to statements with passwords reveals none of them', async () => {
  const role = uniqueName('app');
  const manager = uniqueName('manager');
  const password = canary();
  await rowsOf(database.url, `CREATE ROLE ${manager} LOGIN PASSWORD '${password}'`);
  const url = new URL(database.url);
  url.username = manager;
  url.password = encodeURIComponent(password);
  const outcome = await reconcilePolicy('powerless', {
    url: url.href,
    spec: `  roles:
    - { name: ${role}, login: true, password: { secretRef: { name: powerless-passwords } } }`,
    secrets: secretYaml('powerless-passwords', { [role]: canary() }),
  });
  expect(outcome).toMatchObject({ phase: 'Failing', error: { code: 'InsufficientPrivileges' } });
  await rowsOf(database.url, `DROP ROLE ${manager}`);
  await expectNoCanary();
});

test('a source that fails with a password in its message does not reveal it', async () => {
  const taskSource = {
    ...bench.source,
    readPolicy: () => Promise.reject(new Error(`broken: ${canary()}`)),
  };
  const other = await openBenchWorker(taskSource);
  const ref = { namespace: 'broken', name: 'source' };
  await bench.client.workflow.start('policy', {
    ...{ workflowId: 'policy/broken/source', args: [ref], taskQueue: other.taskQueue },
  });
  await settledIn({ ...bench, namespace: 'broken' }, 'source', 'Failing', 45_000);
  await expectNoCanary();
  const broken = bench.client.workflow.getHandle('policy/broken/source');
  expect((await broken.describe()).status.name).toBe('RUNNING');
  await broken.terminate();
  await other.stop();
});

async function openBenchWorker(source: Bench['source']) {
  const taskQueue = uniqueName('queue');
  const worker = await bench.startWorker({ source, taskQueue });
  return { taskQueue, stop: () => worker.stop() };
}
