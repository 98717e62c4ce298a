import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import type { Database } from '../../postgres/pool.ts';
import { graphOf } from '../core/parsed.ts';
import { eventually } from '../workflows/wait.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import { openFaultProxy } from './fault-proxy.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const [, newest = 18] = someMajors;
const short = { statementMs: 100 };

interface Faulty {
  readonly proxy: FaultProxy;
  readonly database: Database;
}

let rig: Rig;
let proxy: FaultProxy;
let database: Database;
beforeAll(async () => {
  rig = await openRig(newest);
});
afterAll(() => rig.close());
beforeEach(async () => {
  ({ proxy, database } = await openFaultyDatabase());
});
afterEach(() => proxy.close());

async function openFaultyDatabase(): Promise<Faulty> {
  const itsProxy = await openFaultProxy(Number(new URL(rig.url).port));
  const url = new URL(urlWith(rig.url, { hostname: '127.0.0.1', port: String(itsProxy.port) }));
  url.searchParams.set('sslmode', 'disable');
  return { proxy: itsProxy, database: rig.open(url.href) };
}

function ask(faulty: Pick<Faulty, 'database'> = { database }): Promise<unknown> {
  return faulty.database.use(({ client }) => client.query('SELECT 1'), short);
}

const transient = /^Database(Timeout|ConnectionFailed)$/;

function refused(code: unknown = expect.stringMatching(transient)) {
  return { status: 'rejected', reason: expect.objectContaining({ code }) };
}

const faults: Readonly<Record<string, Fault>> = {
  'answers nothing at all': { passedBytes: 0 },
  'lets the login pass and swallows every query': { swallowFrom: 'SET LOCAL' },
  'goes silent within the login': { passedBytes: 50 },
  'goes silent within the first answer': { passedBytes: 700 },
  'sends one byte a second': { trickleMs: 1_000 },
};

/** Twelve users of a server with a fault, and the same twelve after it is repaired. */
async function twelveUsers(fault: Fault) {
  const own = await openFaultyDatabase();
  own.proxy.setFault(fault);
  const meanwhile = await Promise.allSettled(Array.from({ length: 12 }, () => ask(own)));
  own.proxy.setFault({});
  const after = await Promise.allSettled(Array.from({ length: 12 }, () => ask(own)));
  await own.proxy.untilAtMost(4);
  await own.proxy.close();
  return { meanwhile, after };
}

test(`twelve users get one error each, and then succeed at once, on a server that ${Object.keys(faults).join(', ')}`, async () => {
  // Together, because each waits for up to half a minute.
  const outcomes = Object.entries(faults).map(async ([what, fault]) => [
    what,
    await twelveUsers(fault),
  ]);
  const twelve = Array.from({ length: 12 });
  const right = {
    meanwhile: twelve.map(() => refused()),
    after: twelve.map(() => expect.objectContaining({ status: 'fulfilled' }) as unknown),
  };
  expect(await Promise.all(outcomes)).toEqual(Object.keys(faults).map((what) => [what, right]));
}, 120_000);

test('a silent connection is closed, and so are the idle others', async () => {
  await Promise.all([ask(), ask(), ask()]);
  expect(proxy.openConnections()).toBe(3);
  proxy.setFault({ passedBytes: 0 });
  await expect(ask()).rejects.toMatchObject({
    code: 'DatabaseTimeout',
    message: expect.stringContaining('did not respond within') as unknown,
  });
  proxy.setFault({});
  await ask();
  await proxy.untilAtMost(1);
}, 30_000);

test('a COMMIT without an answer is a transient error, and the next check finds what was committed', async () => {
  const role = rig.role('committed');
  const intent = intentOf(`roles: [{ name: ${role} }]`);
  await checkDatabase(database, intent.graph);
  const isThere = async () =>
    (await rig.sql(`SELECT FROM pg_roles WHERE rolname = '${role}'`)).rowCount === 1;
  const silentCommit = database.use(async ({ client }) => {
    await client.query(`BEGIN; CREATE ROLE ${role}`);
    proxy.setFault({ passedBytes: 0 });
    await client.query('COMMIT');
  }, short);
  await expect(silentCommit).rejects.toMatchObject({ code: 'DatabaseTimeout' });
  proxy.setFault({});
  expect(await isThere()).toBe(true);
  const { statements } = await applyPlan(database, intent, { passwords: new Map() });
  expect(statements).toEqual([]);
}, 30_000);

test('a cancelled check ends at a silent server, and leaves no connection', async () => {
  await ask();
  proxy.setFault({ swallowFrom: 'SET LOCAL' });
  const controller = new AbortController();
  const check = checkDatabase(database, graphOf('roles: []'), {
    signal: controller.signal,
  });
  await proxy.untilSwallowed();
  controller.abort();
  await expect(check).rejects.toMatchObject({ code: expect.stringMatching(transient) as unknown });
  await proxy.untilAtMost(0);
}, 30_000);

test('a cancelled statement is stopped on the server, even if all connections are in use', async () => {
  const controller = new AbortController();
  const sleeping = () =>
    rig.sql(
      "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(606)%' AND state = 'active' AND pid <> pg_backend_pid()",
    );
  const work = Array.from({ length: 4 }, () =>
    database.use(({ client }) => client.query('SELECT pg_sleep(606)'), {
      signal: controller.signal,
    }),
  );
  await eventually(async () => (await sleeping()).rowCount === 4);
  controller.abort();
  const outcomes = await Promise.allSettled(work);
  expect(outcomes).toEqual(outcomes.map(() => refused('DatabaseTimeout')));
  expect((await sleeping()).rowCount).toBe(0);
}, 30_000);

test('closing ends although the server is silent and never closes its side', async () => {
  await Promise.all([ask(), ask()]);
  proxy.setFault({ passedBytes: 0, swallowFrom: '' });
  const stuck = database
    .use(({ client }) => client.query('SELECT 1'))
    .catch((error: unknown) => error);
  await database.close();
  expect(await stuck).toMatchObject({ code: expect.stringMatching(transient) as unknown });
  await proxy.untilAtMost(0);
}, 30_000);
