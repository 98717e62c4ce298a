import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { initialState, type PolicyState } from '../../workflows/policy-state.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase(newestMajor());
  bench = await openBench();
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

/** The state with which a run was continued. */
async function passedOn(workflowId: string): Promise<PolicyState | undefined> {
  const { events } = await bench.client.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const [, state] = started?.input?.payloads ?? [];
  return started?.continuedExecutionRunId && state
    ? defaultPayloadConverter.fromPayload<PolicyState>(state)
    : undefined;
}

test('the time of the last check is written again after five minutes, and not at every check', async () => {
  const ref = { namespace: bench.namespace, name: 'seldom' };
  const id = policyWorkflowId(ref);
  const spec = `  interval: 1s\n  roles: [{ name: ${uniqueName('app')} }]`;
  await bench.write('seldom.yaml', policyYaml(bench, 'seldom', database.url, spec));
  await bench.change('seldom', { ...initialState, historyLimit: 5 });
  const state = await eventually(async () => {
    const passed = await passedOn(id);
    return passed?.reportedAt === undefined ? undefined : passed;
  });
  await bench.client.workflow.getHandle(id).terminate();
  const lastLook = async () => (await bench.source.readPolicy(ref))?.status.last_reconcile_time;
  const before = await lastLook();
  const reportedAt = new Date(Date.now() - 300_000).toISOString();
  await bench.change('seldom', { ...state, reportedAt, historyLimit: 1_000 });
  await eventually(async () => (await lastLook()) !== before);
  const lastWritten = await lastLook();
  const handle = bench.client.workflow.getHandle(id);
  for (let looks = 0; looks < 2; looks += 1) {
    const { lastCheck } = await settledIn(bench, 'seldom', 'Ready');
    await eventually(async () => (await handle.query(stateQuery)).lastCheck !== lastCheck);
  }
  await settledIn(bench, 'seldom', 'Ready');
  expect(await lastLook()).toBe(lastWritten);
});
