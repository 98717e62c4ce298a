import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { buildTemporal } from '../../embedded/temporal-build.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { oldestTemporal } from '../../tools/oldest-temporal.ts';
import { eventually } from '../workflows/wait.ts';

const phase = defineSearchAttributeKey('PgPhase', 'KEYWORD');
const query = "PgPhase = 'Ready'";

/** The UI asks this for its list of workflows. The oldest server has no column for it. */
const withProblems = `${query} AND TemporalReportedProblems IS NULL`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-temporal-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Starts a server with the file of this test, and stops it after `use`. */
async function serve(executable: string, use: (client: Client) => Promise<void>): Promise<void> {
  const server = await startTemporal({
    executable,
    dbFilename: join(folder, 'temporal.db'),
    searchAttributes: { PgPhase: 'Keyword' },
  });
  const connection = await Connection.connect({ address: server.address });
  try {
    await use(new Client({ connection }));
  } finally {
    await connection.close();
    await server.stop();
  }
}

async function start(client: Client, workflowId: string): Promise<void> {
  const typedSearchAttributes = new TypedSearchAttributes([{ key: phase, value: 'Ready' }]);
  const options = { workflowId, taskQueue: 'nobody', typedSearchAttributes };
  await client.workflow.start('anything', options);
}

test('a newer server takes over the database file of an older one, with its workflows and what lists them', async () => {
  const newest = await buildTemporal(process.env);
  if (newest === undefined) throw new Error('there is no Go');
  await serve(await oldestTemporal(), async (client) => {
    await start(client, 'old');
    await eventually(async () => (await client.workflow.count(query)).count === 1);
  });
  for (const [workflowId, count] of [
    ['new', 2],
    ['newer', 3],
  ] as const) {
    await serve(newest, async (client) => {
      await start(client, workflowId);
      await eventually(async () => (await client.workflow.count(withProblems)).count === count);
    });
  }
  await serve(newest, async (client) => {
    await client.workflow.getHandle('old').terminate();
    const running = `${query} AND ExecutionStatus = 'Running'`;
    await eventually(async () => (await client.workflow.count(running)).count === 2);
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    expect(serverVersion).toBe('1.32.2');
  });
});
