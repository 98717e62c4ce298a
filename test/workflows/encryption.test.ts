import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { encryptionFrom, type Encryption } from '../../runtime/encryption/settings.ts';
import { policyChanged, policyStart, reconcileNow, stateQuery } from '../../workflows/messages.ts';
import type { policy } from '../../workflows/policy.ts';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { liveHistories, replay, type Recorded } from './histories.ts';
import { policyYaml } from './policy-yaml.ts';
import { settledIn } from './wait.ts';

let folder: string;
let bench: Bench;
let database: TestDatabase;
let encryption: Encryption;
let dataConverter: DataConverter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-keys-'));
  await writeFile(join(folder, '2027-01'), randomBytes(32).toString('base64'));
  encryption = encryptionFrom({ PGWARDEN_ENCRYPTION_KEYS: folder });
  dataConverter = encryption.dataConverter;
  bench = await openBench();
  database = await freshDatabase(newestMajor());
});

afterAll(async () => {
  await bench.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function declare(client: Client, name: string, spec: string) {
  await bench.write(`${name}.yaml`, policyYaml(bench, name, database.url, spec));
  return client.workflow.signalWithStart<typeof policy>('policy', {
    ...policyStart({ namespace: bench.namespace, name }),
    taskQueue: bench.taskQueue,
    signal: policyChanged,
    signalArgs: [],
  });
}

/** All that a reader of the history sees, without search attributes. */
function readable(recorded: readonly Recorded[]): string {
  const seen: string[] = [];
  const visit = (value: unknown, key = ''): void => {
    if (key === 'searchAttributes') return;
    if (typeof value === 'string') seen.push(value);
    else if (value instanceof Uint8Array) seen.push(Buffer.from(value).toString('latin1'));
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) visit(each, name);
  };
  visit(recorded.map(({ history }) => history));
  return seen.join('\n');
}

test('encryption begins under a live policy, and from then on its history shows no name and no error', async () => {
  const [first, second, missing] = [uniqueName('ana'), uniqueName('bob'), uniqueName('nobody')];
  const plain = await bench.startWorker();
  await declare(bench.client, 'live', `  roles: [{ name: ${first} }]`);
  await settledIn(bench, 'live', 'Ready');
  expect(readable(await liveHistories(bench.client))).toContain('+1 role');
  await plain.stop();

  await bench.startWorker({ encryption });
  const client = new Client({ ...bench.client.options, dataConverter });
  const live = await declare(client, 'live', `  roles: [{ name: ${second} }]`);
  await live.executeUpdate(reconcileNow);
  expect(
    await rowsOf(database.url, `SELECT FROM pg_roles WHERE rolname = '${second}'`),
  ).toHaveLength(1);

  const refused = `  grants: [{ role: ${missing}, privileges: [USAGE], object: { type: schema, name: ${missing} } }]`;
  const failing = await declare(client, 'failing', refused);
  await failing.executeUpdate(reconcileNow);
  const view = await failing.query(stateQuery);
  expect(view.error?.message).toContain(missing);

  const histories = await liveHistories(bench.client);
  const encrypted = readable(histories.filter(({ workflowId }) => workflowId.includes('failing')));
  for (const hidden of [missing, 'USAGE', 'grant', 'Continuously reconciles'])
    expect(encrypted).not.toContain(hidden);
  const all = readable(histories);
  for (const hidden of [second, 'CREATE ROLE']) expect(all).not.toContain(hidden);
  expect(await replay(histories, dataConverter)).toEqual([]);
  const withoutKeys = await replay(histories, encryptionFrom({}).dataConverter);
  expect(withoutKeys.join('\n')).toContain('is encrypted, and this process has no keys');
}, 120_000);
