import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/contract.ts';
import { policyStart } from '../../workflows/messages.ts';
import { workflowBundlePath } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { eventually } from './wait.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

test('policies do not wait for the many that another namespace started before them', async () => {
  const { client, native, taskQueue } = bench;
  const crowd = Array.from({ length: 60 }, (_, index) => ({
    ...{ namespace: 'crowd', name: `crowd-${index}` },
  }));
  const others = Array.from({ length: 6 }, (_, index) => ({
    ...{ namespace: `tenant-${index}`, name: `other-${index}` },
  }));
  // No worker runs yet, so all of them wait at the Temporal server.
  for (const ref of [...crowd, ...others])
    await client.workflow.start('policy', { ...policyStart(ref), taskQueue });

  const reported: string[] = [];
  const activities: Pick<Activities, 'check' | 'report'> = {
    check: () => Promise.resolve({ kind: 'suspended', intervalSeconds: 3_600 }),
    report({ ref }) {
      reported.push(ref.name);
      return Promise.resolve({ searchAttributes: false });
    },
  };
  const worker = await Worker.create({
    ...{ connection: native, namespace: client.options.namespace, taskQueue, activities },
    ...{ maxConcurrentWorkflowTaskExecutions: 2, maxConcurrentActivityTaskExecutions: 1 },
    workflowBundle: { codePath: await workflowBundlePath() },
  });
  await worker.runUntil(() => eventually(() => reported.length === 66));
  const last = Math.max(...others.map(({ name }) => reported.indexOf(name)));
  expect(last).toBeLessThan(crowd.length / 2);
}, 60_000);
