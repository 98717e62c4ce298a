import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { claim, databaseStart, queueQuery } from '../../workflows/messages.ts';
import { initialDatabase } from '../../workflows/database-state.ts';
import { uniqueName, workflowBundlePath } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { eventually } from './wait.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

test('the workflow of a server continues as new after many signals, and keeps all claims', async () => {
  const { client, native, taskQueue } = bench;
  const { workflowId, args } = databaseStart(uniqueName('server'));
  const state = { ...initialDatabase, historyLimit: 100 };
  const handle = await client.workflow.start('database', {
    ...{ workflowId, taskQueue, args: [...args, state] },
  });
  // Three times the limit is too many signals. Ten times would be too many events, and each claim adds three.
  const count = 310;
  for (let index = 0; index < count; index += 1) {
    const policy = { namespace: 'many', name: `policy-${index}` };
    const names = { roles: [policy.name], schemas: [] };
    const since = new Date().toISOString();
    await handle.signal(claim, { policy, digest: 'one', since, database: 'db', ...names });
  }
  const worker = await Worker.create({
    ...{ connection: native, namespace: client.options.namespace, taskQueue },
    workflowBundle: { codePath: await workflowBundlePath() },
  });
  await worker.runUntil(async () => {
    const latest = client.workflow.getHandle(workflowId);
    await eventually(async () => (await latest.describe()).runId !== handle.firstExecutionRunId);
    await eventually(async () => (await latest.query(queueQuery)).claims.length === count);
  });
  // It did not wait for a quiet moment first, because there may be none.
  const first = client.workflow.getHandle(workflowId, handle.firstExecutionRunId);
  const { events } = await first.fetchHistory();
  expect(events?.filter((event) => event.timerStartedEventAttributes)).toEqual([]);
}, 60_000);
