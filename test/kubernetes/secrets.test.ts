import { PatchStrategy, setHeaderOptions, type V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster } from './cluster.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ cluster, database, close } = await openClusterWithDatabase());
}, 120_000);

afterAll(() => close());

async function canLogIn(role: string, password: string): Promise<boolean> {
  const url = new URL(database.url);
  url.username = role;
  url.password = password;
  return rowsOf(url.href, 'SELECT').then(
    () => true,
    () => false,
  );
}

function textAt({ data = {} }: V1Secret, key: string): string {
  return Buffer.from(data[key] ?? '', 'base64').toString();
}

function read(name: string): Promise<V1Secret> {
  return cluster.core.readNamespacedSecret({ namespace: cluster.namespace, name });
}

function handleOf(name: string) {
  const id = policyWorkflowId({ namespace: cluster.namespace, name });
  return cluster.bench.client.workflow.getHandle(id);
}

test('a Secret with changed data is applied again, one with changed labels is not', async () => {
  const role = uniqueName('app');
  await cluster.secret('passwords', { [role]: 'first' });
  const password = { secretRef: { name: 'passwords' } };
  await cluster.policy('synced', { connection, roles: [{ name: role, login: true, password }] });
  await cluster.until('synced', 'Ready', { status: 'True' });
  expect(await canLogIn(role, 'first')).toBe(true);
  await cluster.secret('passwords', { [role]: 'second' });
  await eventually(() => canLogIn(role, 'second'));
  const stored = () =>
    rowsOf(database.url, `SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = '${role}'`);
  const before = await stored();
  await eventually(async () => {
    const view = await handleOf('synced').query(stateQuery);
    return view.phase === 'Ready' && view.nextCheck !== undefined;
  });
  const { lastCheck } = await handleOf('synced').query(stateQuery);
  cluster.requests.length = 0;
  await label('passwords');
  await eventually(
    async () => (await handleOf('synced').query(stateQuery)).lastCheck !== lastCheck,
  );
  await eventually(async () => (await handleOf('synced').query(stateQuery)).nextCheck);
  expect(await stored()).toEqual(before);
  expect(cluster.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

async function label(name: string): Promise<void> {
  await cluster.core.patchNamespacedSecret(
    { namespace: cluster.namespace, name, body: { metadata: { labels: { team: 'a' } } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

test('a generated password is in a Secret of the policy, logs in, and is generated again when the Secret is deleted', async () => {
  const role = `${uniqueName('app')}@team`;
  const spec = { connection, roles: [{ name: role, login: true, password: { generate: {} } }] };
  const policy = await cluster.policy('generated', spec);
  await cluster.until('generated', 'Ready', { status: 'True' });
  const name = `generated-pgr-${role.replaceAll(/[^a-z0-9]+/g, '-')}`;
  const first = await read(name);
  expect(await canLogIn(role, textAt(first, 'password'))).toBe(true);
  expect(textAt(first, 'verifier')).toMatch(/^SCRAM-SHA-256\$/);
  expect(first.metadata?.labels).toEqual({
    'app.kubernetes.io/managed-by': 'pgwarden',
    'pgroles.io/policy': 'generated',
    'pgroles.io/role': role.replace('@', '-'),
  });
  expect(first.metadata?.ownerReferences).toEqual([
    {
      apiVersion: 'pgroles.io/v1alpha1',
      kind: 'PostgresPolicy',
      name: 'generated',
      uid: policy.metadata.uid,
      controller: true,
    },
  ]);
  await cluster.core.deleteNamespacedSecret({ namespace: cluster.namespace, name });
  const second = await eventually(() => read(name).catch(() => undefined));
  expect(textAt(second, 'password')).not.toBe(textAt(first, 'password'));
  await eventually(() => canLogIn(role, textAt(second, 'password')));
  expect(await canLogIn(role, textAt(first, 'password'))).toBe(false);
});

test('a generated password that someone edits is set, and its outdated verifier is reported until the next one is generated', async () => {
  const role = uniqueName('app');
  const password = { generate: { secretName: 'edited' } };
  await cluster.policy('editing', { connection, roles: [{ name: role, login: true, password }] });
  await cluster.until('editing', 'Ready', { status: 'True' });
  const codes = async () => {
    const { status = {} } = await cluster.policies.read('editing');
    return ((status.findings ?? []) as { readonly code: string }[]).map(({ code }) => code);
  };
  expect(await codes()).toEqual([]);
  await cluster.core.patchNamespacedSecret(
    { namespace: cluster.namespace, name: 'edited', body: { stringData: { password: 'by-hand' } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
  await eventually(() => canLogIn(role, 'by-hand'));
  await eventually(async () => (await codes()).join() === 'VerifierOutdated');
  await cluster.until('editing', 'Drifted', { status: 'False' });
  await cluster.core.deleteNamespacedSecret({ namespace: cluster.namespace, name: 'edited' });
  await eventually(async () => (await codes()).length === 0);
});

test('in mode plan no Secret is created', async () => {
  const role = uniqueName('app');
  const roles = [{ name: role, login: true, password: { generate: { secretName: 'unmade' } } }];
  await cluster.policy('planned', { connection, mode: 'plan', roles });
  await cluster.until('planned', 'Ready', { status: 'True', reason: 'Planned' });
  await expect(read('unmade')).rejects.toMatchObject({ code: 404 });
  const { status } = await cluster.policies.read('planned');
  expect(status?.planned_sql).toContain(`CREATE ROLE "${role}"`);
});

test("pgwarden never uses someone else's Secret as its own", async () => {
  const role = uniqueName('app');
  await cluster.secret('theirs', { password: 'not yours' });
  const roles = [{ name: role, login: true, password: { generate: { secretName: 'theirs' } } }];
  await cluster.policy('adopts', { connection, roles });
  const { message } = await cluster.until('adopts', 'Ready', {
    status: 'False',
    reason: 'SecretFetchFailed',
  });
  expect(message).toBe(
    `Secret ${cluster.namespace}/theirs exists and does not belong to policy ${cluster.namespace}/adopts`,
  );
  expect(textAt(await read('theirs'), 'password')).toBe('not yours');
});

test('a key with binary data, a missing key and a missing Secret are reported, and a fix takes effect at once', async () => {
  const role = uniqueName('app');
  const its = { connection: { secretRef: { name: 'junk' } }, roles: [{ name: role }] };
  await cluster.policy('junk', its);
  const wanted = { status: 'False', reason: 'SecretMissing' };
  const missing = await cluster.until('junk', 'Ready', wanted);
  expect(missing.message).toBe(`Secret ${cluster.namespace}/junk does not exist`);
  const data = { DATABASE_URL: Buffer.from([0xff, 0xfe, 0x00]).toString('base64') };
  const body = { metadata: { name: 'junk' }, data };
  await cluster.core.createNamespacedSecret({ namespace: cluster.namespace, body });
  await untilMessage(
    'junk',
    `key "DATABASE_URL" of Secret ${cluster.namespace}/junk is not UTF-8 text`,
  );
  await cluster.secret('junk', { other: 'x' });
  await untilMessage('junk', `Secret ${cluster.namespace}/junk has no key "DATABASE_URL"`);
  await cluster.secret('junk', { DATABASE_URL: database.url });
  await cluster.until('junk', 'Ready', { status: 'True' });
});

function untilMessage(name: string, message: string): Promise<unknown> {
  return eventually(async () => {
    const ready = await cluster.until(name, 'Ready', { status: 'False' });
    return ready.message === message;
  });
}

test('the value of a Secret key is not repeated in an error about a user or a database', async () => {
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const value = `hunter2"${uniqueName('of')}`;
  await cluster.secret('others', { password: value, pin: '4711', real: password });
  const other = { name: 'others', key: 'password' };
  const pin = { name: 'others', key: 'pin' };
  const params = {
    host: hostname,
    port: Number(port),
    passwordSecret: { name: 'others', key: 'real' },
  };
  const connections = {
    'as-user': { ...params, usernameSecret: other, dbname: pathname.slice(1) },
    'as-database': { ...params, username, dbnameSecret: other },
    'as-host': { ...params, host: undefined, hostSecret: other, username, dbname: 'shop' },
    'as-port': { ...params, port: undefined, portSecret: pin, username, dbname: 'shop' },
  };
  for (const [name, its] of Object.entries(connections)) {
    await cluster.policy(name, { connection: { params: its } });
    await cluster.until(name, 'Ready', { status: 'False' });
    const { status } = await cluster.policies.read(name);
    expect(JSON.stringify(status)).toMatch(/the server (rejected|does not have)|from a Secret/);
    expect(JSON.stringify(status)).not.toMatch(/hunter2|4711/);
  }
});

test('no password is in a status, an Event or a history', async () => {
  const role = uniqueName('app');
  const password = `p${uniqueName('secret')}`;
  await cluster.secret('hidden', { [role]: password });
  const its = { secretRef: { name: 'hidden' } };
  await cluster.policy('hides', {
    connection,
    roles: [{ name: role, login: true, password: its }],
  });
  await cluster.until('hides', 'Ready', { status: 'True' });
  const { namespace } = cluster;
  const events = await cluster.core.listNamespacedEvent({ namespace });
  const { events: history } = await handleOf('hides').fetchHistory();
  const payloads = JSON.stringify(history, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : value,
  );
  const published = JSON.stringify([await cluster.policies.read('hides'), events.items]) + payloads;
  expect(published).not.toContain(password);
  expect(published).not.toContain(new URL(database.url).password || 'no password in the URL');
});
