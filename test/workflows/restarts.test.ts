import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/ports.ts';
import { startPostgres, type PostgresServer } from '../../embedded/postgres.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { startTemporal, type TemporalServer } from '../../embedded/temporal.ts';
import { searchAttributeTypes } from '../../workflows/messages.ts';
import { uniqueName } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let postgres: PostgresServer;
let temporal: TemporalServer;
const dbFilename = join(tmpdir(), `${uniqueName('temporal')}.db`);
let start: () => Promise<TemporalServer>;

beforeAll(async () => {
  const choice = await resolveTemporal(withoutAddress());
  if (choice.kind !== 'executable') throw new Error('no Temporal executable');
  const [port, uiPort] = [await freePort(), await freePort()];
  const searchAttributes = searchAttributeTypes;
  start = () =>
    startTemporal({ executable: choice.path, port, uiPort, dbFilename, searchAttributes });
  temporal = await start();
  postgres = await startPostgres({ major: newestMajor() });
  bench = await openBench({ temporal: temporal.address });
  await bench.startWorker();
}, 120_000);

afterAll(async () => {
  await bench.close();
  await temporal.stop();
  await postgres.stop();
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${dbFilename}${end}`, { force: true })));
}, 60_000);

function withoutAddress(): NodeJS.ProcessEnv {
  return { ...process.env, TEMPORAL_ADDRESS: '' };
}

async function declare(name: string, role: string): Promise<void> {
  const spec = `  interval: 2s\n  roles: [{ name: ${role} }]`;
  await bench.write(`${name}.yaml`, policyYaml(bench, name, postgres.url, spec));
  await bench.change(name);
  await settledIn(bench, name, 'Ready');
}

test('drift is repaired after PostgreSQL was restarted', async () => {
  const role = uniqueName('app');
  await declare('postgres', role);
  await postgres.restart();
  await rowsOf(postgres.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(postgres.url, role), 30_000);
  await settledIn(bench, 'postgres', 'Ready');
}, 90_000);

test('drift is repaired after Temporal was restarted', async () => {
  const role = uniqueName('app');
  await declare('temporal', role);
  await temporal.stop();
  await rowsOf(postgres.url, `DROP ROLE ${role}`);
  temporal = await start();
  await eventually(() => roleExists(postgres.url, role), 45_000);
  expect((await settledIn(bench, 'temporal', 'Ready')).error).toBeUndefined();
}, 90_000);
