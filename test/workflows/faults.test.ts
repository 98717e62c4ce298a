import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import pg from 'pg';
import { openFaultProxy } from '../postgres/fault-proxy.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';
import { killed, spawnWorker } from './worker-process.ts';

const heartbeatTimedOut = proto.temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_HEARTBEAT;

let bench: Bench;
let database: TestDatabase;
let blocker: pg.Client;
const children: ChildProcess[] = [];

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
});

beforeEach(async () => {
  blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
});

afterEach(async () => {
  await blocker.end();
  await Promise.all(children.map((child) => killed(child, 'SIGKILL')));
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

function worker(): ChildProcess {
  const child = spawnWorker(bench);
  children.push(child);
  return child;
}

/** A policy whose roles are created and whose grant then waits for `blocker`'s transaction. */
async function declareBlocked(name: string, roles: readonly string[]): Promise<void> {
  const table = uniqueName('t');
  await blocker.query(`CREATE TABLE public.${table} (id int)`);
  const spec = `  roles: [${roles.map((role) => `{ name: ${role} }`).join(', ')}]
  grants: [{ role: ${roles[0] ?? ''}, privileges: [SELECT], object: { type: table, schema: public, name: ${table} } }]`;
  await bench.write(`${name}.yaml`, policyYaml(bench, name, database.url, spec));
  await blocker.query(`BEGIN; GRANT SELECT ON public.${table} TO pg_monitor`);
}

/** Waits until another session of pgwarden than the given one waits for a lock, and returns its process id. */
function untilBlocked(except = 0): Promise<number> {
  return eventually(async () => {
    const [waiting] = await rowsOf<{ pid: number }>(
      database.url,
      `SELECT pid FROM pg_stat_activity
        WHERE application_name = 'pgwarden' AND wait_event_type = 'Lock' AND datname = '${database.name}' AND pid <> ${except}`,
    );
    return waiting?.pid;
  });
}

async function present(roles: readonly string[]): Promise<number> {
  const list = roles.map((role) => `'${role}'`).join(', ');
  const rows = await rowsOf(database.url, `SELECT 1 FROM pg_roles WHERE rolname IN (${list})`);
  return rows.length;
}

test('a worker killed in the middle of an apply leaves nothing half done, and the next one finishes', async () => {
  const roles = Array.from({ length: 20 }, () => uniqueName('killed'));
  await declareBlocked('killed', roles);
  const first = worker();
  await bench.change('killed');
  await untilBlocked();
  await killed(first, 'SIGKILL');
  await blocker.query('COMMIT');
  // The transaction of the dead worker ends with its connection, without a commit.
  await eventually(async () => {
    const left = await rowsOf(
      database.url,
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'pgwarden' AND datname = '${database.name}'`,
    );
    return left.length === 0;
  });
  expect(await present(roles)).toBe(0);
  worker();
  await settledIn(bench, 'killed', 'Ready', 60_000);
  expect(await present(roles)).toBe(20);
}, 90_000);

test('a stopped worker ends by itself, and the next one finishes its apply', async () => {
  const roles = Array.from({ length: 5 }, () => uniqueName('stopped'));
  await declareBlocked('stopped', roles);
  const first = worker();
  await bench.change('stopped');
  await untilBlocked();
  const exited = killed(first, 'SIGTERM');
  await blocker.query('COMMIT');
  expect(await exited).toBe(0);
  expect([0, 5]).toContain(await present(roles));
  worker();
  await settledIn(bench, 'stopped', 'Ready', 60_000);
  expect(await present(roles)).toBe(5);
}, 90_000);

test('an apply waits for a lock that another session holds, even beyond its lock timeout', async () => {
  const roles = [uniqueName('locked')];
  await declareBlocked('locked', roles);
  worker();
  const handle = await bench.change('locked');
  const first = await untilBlocked();
  await untilBlocked(first); // the lock timeout of the first attempt is over
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(await present(roles)).toBe(0);
  await blocker.query('COMMIT');
  await settledIn(bench, 'locked', 'Ready', 40_000);
  expect(await present(roles)).toBe(1);
}, 90_000);

/** The reason in the history why the last attempt of an activity was not its first. */
async function lastFailureOf(handle: WorkflowHandle, activity: string) {
  const events = (await handle.fetchHistory()).events ?? [];
  const scheduled = events.find(
    ({ activityTaskScheduledEventAttributes: task }) => task?.activityType?.name === activity,
  );
  const started = events.find(
    ({ activityTaskStartedEventAttributes: task }) =>
      String(task?.scheduledEventId) === String(scheduled?.eventId),
  );
  return started?.activityTaskStartedEventAttributes?.lastFailure?.timeoutFailureInfo?.timeoutType;
}

test('missing heartbeats, not the deadline of the diff, show that a worker was killed in a diff', async () => {
  const proxy = await openFaultProxy(Number(new URL(database.url).port));
  try {
    const role = uniqueName('diffed');
    await rowsOf(database.url, `CREATE ROLE ${role} CREATEDB`);
    proxy.setFault({ loseFrom: role }); // only the answer to a diff has rows: a check reads a fingerprint
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const spec = `  roles: [{ name: ${role} }]`;
    await bench.write('diffed.yaml', policyYaml(bench, 'diffed', url.href, spec));
    const first = worker();
    const handle = await bench.change('diffed');
    await proxy.untilSwallowed();
    await killed(first, 'SIGKILL');
    proxy.setFault({});
    worker();
    await settledIn(bench, 'diffed', 'Ready', 60_000);
    expect(await lastFailureOf(handle, 'diff')).toBe(heartbeatTimedOut);
  } finally {
    await proxy.close();
  }
}, 90_000);
