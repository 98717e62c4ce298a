import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { isAlive } from '../../embedded/pid.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { startTemporal, type TemporalServer } from '../../embedded/temporal.ts';
import { eventually } from '../workflows/wait.ts';

let folder: string;
let dbFilename: string;
let executable: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-temporal-'));
  dbFilename = join(folder, 'state', 'temporal.db');
  const choice = await resolveTemporal({ ...process.env, TEMPORAL_ADDRESS: '' });
  if (choice.kind !== 'executable') throw new Error('TEMPORAL_ADDRESS was not set');
  executable = choice.path;
});

afterAll(() => rm(folder, { recursive: true }));

function start(): Promise<TemporalServer> {
  return startTemporal({ executable, dbFilename, searchAttributes: { PgPhase: 'Keyword' } });
}

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

test('history is kept for 30 days, and workflows survive a restart of the server', async () => {
  const first = await start();
  await withClient(first.address, async (client) => {
    const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 60 * 60);
    await client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' });
  });
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await start();
  const kept = await withClient(second.address, (client) =>
    client.workflow.getHandle('kept').describe(),
  );
  expect(kept.status.name).toBe('RUNNING');
  await second.stop();
});

test('the web UI answers and reaches its server', async () => {
  const server = await start();
  const url = `${server.uiUrl}/api/v1/namespaces/default`;
  const ask = () => fetch(url, { headers: { connection: 'close' } });
  // The UI connects to its server by itself, and retries a moment later if it was too early.
  const answer = await eventually(async () => {
    const response = await ask();
    return response.status !== 503 && response;
  });
  expect(await answer.json()).toMatchObject({ namespaceInfo: { name: 'default' } });
  await server.stop();
});

test('the next start stops a server whose owner has died, and keeps one whose owner runs', async () => {
  const stale = await start();
  const owner = spawn('sleep', ['60']);
  await writeFile(`${dbFilename}.pid`, `${stale.pid} ${owner.pid ?? 0}`);
  await expect(start()).rejects.toThrow(`process ${owner.pid ?? 0} already runs a server`);
  expect(isAlive(stale.pid)).toBe(true);

  const gone = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill();
  await gone;
  const next = await start();
  expect(isAlive(stale.pid)).toBe(false);
  expect(await readFile(`${dbFilename}.pid`, 'utf8')).toBe(`${next.pid} ${process.pid}\n`);
  await next.stop();
});
