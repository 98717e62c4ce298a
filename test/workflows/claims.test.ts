import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { policyWorkflowId, queueQuery, reconcileNow } from '../../workflows/messages.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { withGoneHook } from './gone-hook.ts';
import { policyYaml } from './policy-yaml.ts';
import { serverWorkflow } from './server-workflow.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  const source = withGoneHook(bench.source, async (name) => onGone?.(name));
  await bench.startWorker({ source });
});

/** Called before the worker learns that a policy was deleted. */
let onGone: ((name: string) => Promise<void>) | undefined;

afterAll(async () => {
  await bench.close();
  await database.drop();
});

interface Declared {
  readonly roles: readonly string[];
  /** Roles that this policy lets use schema public. */
  readonly grantees?: readonly string[];
  readonly comment?: string;
  readonly url?: string;
}

async function declare(
  name: string,
  { roles, grantees = [], comment, url = database.url }: Declared,
): Promise<void> {
  const said = comment === undefined ? '' : `, comment: ${comment}`;
  const onPublic = 'privileges: [USAGE], object: { type: schema, name: public }';
  const grants = grantees.map((role) => `{ role: ${role}, ${onPublic} }`);
  const spec =
    `  roles: [${roles.map((role) => `{ name: ${role}${said} }`).join(', ')}]\n` +
    `  grants: [${grants.join(', ')}]`;
  await bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
  await bench.change(name);
}

async function remove(name: string): Promise<void> {
  await bench.write(`${name}.yaml`, undefined);
  await bench.change(name);
}

/** The same database with another spelling of its host, as another Secret could have it. */
function otherSpelling(): string {
  const url = new URL(database.url);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.href;
}

async function commentOf(role: string): Promise<string | undefined> {
  const rows = await rowsOf<{ comment: string | null }>(
    database.url,
    `SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = '${role}'`,
  );
  return rows[0]?.comment ?? undefined;
}

test('the older claim keeps working; the newer is refused, names it, and takes over after its release', async () => {
  const role = uniqueName('shared');
  await declare('older', { roles: [role], comment: 'older' });
  await settledIn(bench, 'older', 'Ready');
  await declare('newer', { roles: [role], comment: 'newer', url: otherSpelling() });
  const refused = await settledIn(bench, 'newer', 'Conflict');
  expect(refused.error?.code).toBe('ConflictingPolicy');
  expect(refused.error?.message).toBe(
    `role "${role}" is claimed by policy ${bench.namespace}/older`,
  );
  expect(await commentOf(role)).toBe('older');

  await declare('older', { roles: [role], comment: 'still' });
  await eventually(async () => (await commentOf(role)) === 'still');

  await remove('older');
  await eventually(async () => (await commentOf(role)) === 'newer');
  await settledIn(bench, 'newer', 'Ready');
  await remove('newer');
});

test('a refused policy sleeps until it is signalled, however often it was refused', async () => {
  const role = uniqueName('shared');
  await declare('holder', { roles: [role] });
  await settledIn(bench, 'holder', 'Ready');
  await declare('refused', { roles: [role] });
  await settledIn(bench, 'refused', 'Conflict');
  const ref = { namespace: bench.namespace, name: 'refused' };
  const handle = bench.client.workflow.getHandle(policyWorkflowId(ref));
  const lengthAfterLook = async () => {
    expect(await handle.executeUpdate(reconcileNow)).toMatchObject({ phase: 'Conflict' });
    await settledIn(bench, 'refused', 'Conflict');
    const { raw } = await handle.describe();
    return Number(raw.workflowExecutionInfo?.historyLength);
  };
  const first = await lengthAfterLook();
  await bench.change('refused');
  await lengthAfterLook();
  const looksSince = 3;
  expect((await lengthAfterLook()) - first).toBeLessThan(looksSince * 25);
  await Promise.all([remove('holder'), remove('refused')]);
});

test('a claim is released when its policy changes its server or its declarations', async () => {
  const [shared, own] = [uniqueName('shared'), uniqueName('own')];
  await declare('first', { roles: [shared] });
  await settledIn(bench, 'first', 'Ready');
  await declare('second', { roles: [shared] });
  await settledIn(bench, 'second', 'Conflict');
  await declare('first', { roles: [own] });
  await settledIn(bench, 'second', 'Ready');
  await declare('first', { roles: [own, shared] });
  await settledIn(bench, 'first', 'Conflict');
  const { claims, waiting } = await (await serverWorkflow(bench, database.url)).query(queueQuery);
  const kept = claims.find(({ policy }) => policy.name === 'first');
  expect(kept?.roles).toEqual([own]);
  expect(waiting.map(({ policy }) => policy.name)).toEqual(['first']);
  await Promise.all([remove('first'), remove('second')]);
});

test('two policies that swap their roles both get the new ones', async () => {
  const [left, right] = [uniqueName('left'), uniqueName('right')];
  await declare('left', { roles: [left], comment: 'left' });
  await declare('right', { roles: [right], comment: 'right' });
  await settledIn(bench, 'left', 'Ready');
  await settledIn(bench, 'right', 'Ready');
  await declare('left', { roles: [right], comment: 'left' });
  await declare('right', { roles: [left], comment: 'right' });
  await eventually(async () => (await commentOf(right)) === 'left');
  await eventually(async () => (await commentOf(left)) === 'right');
  await settledIn(bench, 'left', 'Ready');
  await settledIn(bench, 'right', 'Ready');
  await Promise.all([remove('left'), remove('right')]);
});

test('a role is declared by one policy or granted to by others, whichever came first', async () => {
  const role = uniqueName('shared');
  await declare('declaring', { roles: [role] });
  await settledIn(bench, 'declaring', 'Ready');
  await declare('granting', { roles: [], grantees: [role] });
  const granting = await settledIn(bench, 'granting', 'Conflict');
  expect(granting.error?.message).toBe(
    `role "${role}" is claimed by policy ${bench.namespace}/declaring`,
  );

  await remove('declaring');
  await settledIn(bench, 'granting', 'Ready');
  await declare('granting-too', { roles: [], grantees: [role] });
  await settledIn(bench, 'granting-too', 'Ready');
  await remove('granting-too');
  await declare('late', { roles: [role] });
  const late = await settledIn(bench, 'late', 'Conflict');
  const named = `role "${role}" is named by policy ${bench.namespace}/granting`;
  expect(late.error?.message).toBe(named);

  await (await serverWorkflow(bench, database.url)).terminate('lost');
  const ref = { namespace: bench.namespace, name: 'late' };
  const handle = bench.client.workflow.getHandle(policyWorkflowId(ref));
  const { error } = await handle.executeUpdate(reconcileNow);
  expect(error?.message).toBe(named);
  await remove('granting');
  await settledIn(bench, 'late', 'Ready');
  await remove('late');
});

test('the same claim wins after the workflow of the server was lost', async () => {
  const role = uniqueName('shared');
  await declare('winner', { roles: [role], comment: 'winner' });
  await settledIn(bench, 'winner', 'Ready');
  await declare('loser', { roles: [role], comment: 'loser' });
  await settledIn(bench, 'loser', 'Conflict');
  await (await serverWorkflow(bench, database.url)).terminate('lost');

  const loser = bench.client.workflow.getHandle(
    policyWorkflowId({ namespace: bench.namespace, name: 'loser' }),
  );
  expect(await loser.executeUpdate(reconcileNow)).toMatchObject({ phase: 'Conflict' });
  await declare('winner', { roles: [role], comment: 'again' });
  await eventually(async () => (await commentOf(role)) === 'again');
  await remove('winner');
  await eventually(async () => (await commentOf(role)) === 'loser');
  await remove('loser');
});

test('the same claim wins after Temporal lost everything, whichever comes first', async () => {
  const role = uniqueName('shared');
  await declare('old', { roles: [role], comment: 'old' });
  await settledIn(bench, 'old', 'Ready');
  await declare('young', { roles: [role], comment: 'young' });
  await settledIn(bench, 'young', 'Conflict');
  const handles = ['old', 'young'].map((name) =>
    bench.client.workflow.getHandle(policyWorkflowId({ namespace: bench.namespace, name })),
  );
  await Promise.all(
    [...handles, await serverWorkflow(bench, database.url)].map((handle) =>
      handle.terminate('wiped'),
    ),
  );

  await bench.change('young');
  await settledIn(bench, 'young', 'Conflict');
  await bench.change('old');
  await settledIn(bench, 'old', 'Ready');
  expect(await commentOf(role)).toBe('old');
  await Promise.all([remove('old'), remove('young')]);
});

test('a claim whose policy was deleted unnoticed does not block others', async () => {
  const role = uniqueName('shared');
  await declare('ghost', { roles: [role] });
  await settledIn(bench, 'ghost', 'Ready');
  const ref = { namespace: bench.namespace, name: 'ghost' };
  await bench.client.workflow.getHandle(policyWorkflowId(ref)).terminate('lost');
  await bench.write('ghost.yaml', undefined);
  await declare('heir', { roles: [role], comment: 'heir' });
  await settledIn(bench, 'heir', 'Ready');
  expect(await commentOf(role)).toBe('heir');
  await remove('heir');
});

test('a file that comes back while its workflow ends is another policy, with its own claim', async () => {
  const role = uniqueName('app');
  await declare('back', { roles: [role] });
  await settledIn(bench, 'back', 'Ready');
  onGone = async (name) => {
    if (name !== 'back') return;
    onGone = undefined;
    await declare('back', { roles: [role] });
  };
  await remove('back');
  await eventually(() => onGone === undefined);
  await settledIn(bench, 'back', 'Ready');
  expect(await claimedBy('back')).toEqual([role]);
  await declare('rival', { roles: [role] });
  await settledIn(bench, 'rival', 'Conflict');
  await Promise.all([remove('back'), remove('rival')]);
});

test('a file that comes back does not record what another policy claims by now', async () => {
  const role = uniqueName('app');
  await declare('returns', { roles: [role] });
  await settledIn(bench, 'returns', 'Ready');
  await remove('returns');
  await declare('successor', { roles: [role] });
  await settledIn(bench, 'successor', 'Ready');
  expect(await claimedBy('returns')).toEqual([]);
  await declare('returns', { roles: [role] });
  await settledIn(bench, 'returns', 'Conflict');
  expect(await claimedBy('returns')).toEqual([]);
  expect(await claimedBy('successor')).toEqual([role]);
  await Promise.all([remove('returns'), remove('successor')]);
});

/** According to its status. */
async function claimedBy(name: string): Promise<readonly string[]> {
  const record = await bench.source.readPolicy({ namespace: bench.namespace, name });
  return record?.status.owned_roles ?? [];
}

test('the workflow of a server ends with its last claim', async () => {
  await declare('last', { roles: [uniqueName('app')] });
  await settledIn(bench, 'last', 'Ready');
  const handle = await serverWorkflow(bench, database.url);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await remove('last');
  await eventually(async () => (await handle.describe()).status.name === 'COMPLETED');
});

test('a policy that moves to another server releases its claim on the first', async () => {
  const [elsewhere] = majors().filter((major) => major !== newestMajor());
  if (elsewhere === undefined) return;
  const other = await freshDatabase(elsewhere);
  const role = uniqueName('shared');
  await declare('mover', { roles: [role] });
  await settledIn(bench, 'mover', 'Ready');
  await declare('stayer', { roles: [role], comment: 'stayer' });
  await settledIn(bench, 'stayer', 'Conflict');
  await declare('mover', { roles: [role], url: other.url });
  await eventually(async () => (await commentOf(role)) === 'stayer');
  await eventually(async () => {
    const moved = await rowsOf(other.url, `SELECT 1 FROM pg_roles WHERE rolname = '${role}'`);
    return moved.length === 1;
  });
  await Promise.all([remove('mover'), remove('stayer')]);
  await other.drop();
});
