import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { eventually, settledIn } from './wait.ts';
import { policyYaml } from './policy-yaml.ts';

let bench: Bench;
let database: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  other = await freshDatabase(newestMajor());
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
  await other.drop();
});

/** `workflowTaskScheduled`, `timerFired` and so on. */
async function eventNames(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).map(
    (event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '',
  );
}

async function summaries(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return data === undefined || data === null
      ? []
      : [String(JSON.parse(Buffer.from(data).toString()))];
  });
}

test('a check that finds nothing costs 6 events and 1 workflow task', async () => {
  const spec = `  interval: 1s\n  roles: [{ name: ${uniqueName('app')} }]`;
  await bench.write('p.yaml', policyYaml(bench, 'quiet', database.url, spec));
  const handle = await bench.change('quiet');
  await settledIn(bench, 'quiet', 'Ready');
  const before = (await eventNames(handle)).lastIndexOf('timerFiredEventAttributes');
  const checks = await eventually(async () => {
    const names = await eventNames(handle);
    const firstTimer = names.indexOf('timerFiredEventAttributes', before + 1);
    const fired = names.flatMap((name, index) =>
      index >= firstTimer && name === 'timerFiredEventAttributes' ? [index] : [],
    );
    return fired.length > 4 ? names.slice(fired[1], fired[4]) : undefined;
  });
  expect(checks).toHaveLength(3 * 6);
  expect(checks.filter((name) => name.startsWith('workflowTaskStarted'))).toHaveLength(3);
});

// Alone in its database, because policies of one database share their checks.
test('every activity and timer has a summary of its purpose', async () => {
  const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
  await bench.write('summary.yaml', policyYaml(bench, 'summary', other.url, spec));
  const handle = await bench.change('summary');
  await settledIn(bench, 'summary', 'Ready');
  const texts = await summaries(handle);
  expect(texts[0]).toBe(`PostgreSQL access of policy ${bench.namespace}/summary`);
  expect([...new Set(texts.slice(1))]).toEqual([
    'check',
    'diff',
    `claiming on ${other.name}`,
    'record claim',
    `queued on ${other.name}`,
    'report: applied +1 role',
    expect.stringMatching(/^next check in 5m$/),
  ]);
});
