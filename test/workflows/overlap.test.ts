import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { databaseWorkflowId, policyWorkflowId } from '../../workflows/messages.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { applyHistory, type AppliedInHistory } from './apply-history.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';
import { serverIdentity } from './server-workflow.ts';
import { killed, spawnWorker } from './worker-process.ts';

let bench: Bench;
let databases: readonly TestDatabase[];
let secondWorker: ChildProcess;

/** Two processes work, so that nothing inside one of them can keep two applies apart. */
beforeAll(async () => {
  bench = await openBench();
  databases = [await freshDatabase(newestMajor()), await freshDatabase(newestMajor())];
  await Promise.all(databases.map(({ url }) => slowDown(url)));
  await bench.startWorker();
  secondWorker = spawnWorker(bench);
});

afterAll(async () => {
  await killed(secondWorker, 'SIGTERM');
  await bench.close();
  await Promise.all(databases.map((database) => database.drop()));
});

/** Makes every apply that creates a schema last long enough to overlap another one. */
async function slowDown(url: string): Promise<void> {
  await rowsOf(
    url,
    `CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql
         AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.2); END';
     CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA')
         EXECUTE FUNCTION public.slow()`,
  );
}

interface Declared {
  readonly name: string;
  readonly role: string;
  readonly database: TestDatabase;
  readonly url: string;
}

/** Six policies, each with its own Secret: two databases, two spellings of the host. */
function sixPolicies(): Declared[] {
  return Array.from({ length: 6 }, (_, index) => {
    const database = databases[index % 2] as TestDatabase;
    const url = new URL(database.url);
    url.hostname = index % 4 < 2 ? '127.0.0.1' : 'localhost';
    return { name: `p${index}`, role: uniqueName('app'), database, url: url.href };
  });
}

/** The policy's role identifies the round, and owns one more schema in each. */
function specOf({ role }: Declared, round: number): string {
  const schemas = schemasOf(role, round).map((name) => `{ name: ${name}, owner: ${role} }`);
  return `  roles: [{ name: ${role}, comment: round ${round} }]\n  schemas: [${schemas.join(', ')}]`;
}

function schemasOf(role: string, round: number): string[] {
  return Array.from({ length: round }, (_, index) => `${role}_${index + 1}`);
}

async function isThere({ role, database }: Declared, round: number): Promise<boolean> {
  const rows = await rowsOf<{ comment: string | null; schemas: string[] }>(
    database.url,
    `SELECT shobj_description(r.oid, 'pg_authid') AS comment,
            array(SELECT n.nspname::text FROM pg_namespace n WHERE n.nspowner = r.oid ORDER BY 1) AS schemas
       FROM pg_roles r
      WHERE r.rolname = '${role}'`,
  );
  const wanted = [{ comment: `round ${round}`, schemas: schemasOf(role, round) }];
  return JSON.stringify(rows) === JSON.stringify(wanted);
}

/** Every workflow of the bench's Temporal namespace, once visibility knows that many. */
function allRuns(count: number) {
  return eventually(async () => {
    const runs: WorkflowExecutionInfo[] = [];
    for await (const run of bench.client.workflow.list()) runs.push(run);
    return runs.length >= count ? runs : undefined;
  });
}

/** Pairs of consecutive applies that overlap. */
function overlaps(applies: readonly AppliedInHistory[]) {
  return applies
    .slice(1)
    .map((next, index) => ({ former: applies[index] as AppliedInHistory, next }))
    .filter(
      ({ former, next }) =>
        next.startedMs < former.completedMs || next.scheduledId < former.completedId,
    );
}

const rounds = 4;

test('policies of one server never apply at the same time, whatever host name they use', async () => {
  const policies = sixPolicies();
  for (let round = 1; round <= rounds; round += 1) {
    for (const each of policies) {
      const text = policyYaml(bench, each.name, each.url, specOf(each, round));
      await bench.write(`${each.name}.yaml`, text);
    }
    await Promise.all(policies.map(({ name }) => bench.change(name)));
    await Promise.all(policies.map((each) => eventually(() => isThere(each, round))));
  }
  await Promise.all(policies.map(({ name }) => settledIn(bench, name, 'Ready')));
  for (const each of policies) expect(await isThere(each, rounds)).toBe(true);

  const databaseId = databaseWorkflowId(await serverIdentity(databases[0]?.url ?? ''));
  const policyIds = policies.map(({ name }) =>
    policyWorkflowId({ namespace: bench.namespace, name }),
  );
  const runs = await allRuns(policies.length + 1);
  const ids = runs.map(({ workflowId }) => workflowId);
  const others = ids.filter((id) => id !== databaseId);
  expect(others.length).toBe(ids.length - 1);
  expect(others).toEqual(expect.arrayContaining(policyIds));
  for (const id of others) {
    expect((await applyHistory(bench.client.workflow.getHandle(id))).applies).toEqual([]);
  }

  const server = bench.client.workflow.getHandle(databaseId);
  const { applies, enqueuedMs } = await applyHistory(server);
  for (const { name, database } of policies) {
    const done = applies.filter(({ policy, outcome }) => policy === name && outcome === 'applied');
    expect(done.length).toBeGreaterThanOrEqual(rounds);
    expect(new Set(done.map((each) => each.database))).toEqual(new Set([database.name]));
  }
  expect(overlaps(applies)).toEqual([]);
  const cameMeanwhile = enqueuedMs.filter((at) =>
    applies.some(({ startedMs, completedMs }) => startedMs < at && at < completedMs),
  );
  // Otherwise nothing could have overlapped.
  expect(cameMeanwhile.length).toBeGreaterThan(0);
}, 120_000);
