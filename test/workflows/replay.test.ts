import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import proto from '@temporalio/proto';
import {
  databaseWorkflowId,
  queueQuery,
  reconcileNow,
  stateQuery,
} from '../../workflows/messages.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { liveHistories, replay, type Recorded } from './histories.ts';
import { policyYaml } from './policy-yaml.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { handle } from '../sources/directory.ts';
import { serverIdentity } from './server-workflow.ts';
import { eventually, settledIn } from './wait.ts';

/**
 * Running workflows outlive releases, so they must repeat what they did once. Record new histories in addition to the
 * old ones with `PGWARDEN_RECORD=<name> npm test -- test/workflows/replay`. Remove an old one only when no run of its
 * time can exist (runs continue as new after 1,000 events).
 */
const folder = fileURLToPath(new URL('../histories', import.meta.url));
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
  await other.drop();
  await database.drop();
});

const { History } = proto.temporal.api.history.v1;

async function readRecorded(): Promise<Recorded[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return Promise.all(
    files.map(async (workflowId) => ({
      workflowId,
      history: History.fromObject(
        JSON.parse(await readFile(`${folder}/${workflowId}`, 'utf8')) as Record<string, unknown>,
      ),
    })),
  );
}

/** Each kind of event in the life of policies, on one server. */
async function liveThroughEverything(): Promise<void> {
  const role = uniqueName('app');
  const declare = (name: string, spec: string, url = database.url) =>
    bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
  await declare('steady', `  interval: 1s\n  roles: [{ name: ${role} }]`);
  const steady = await bench.change('steady');
  await settledIn(bench, 'steady', 'Ready');
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await steady.executeUpdate(reconcileNow);
  await declare('rival', `  roles: [{ name: ${role} }, { name: ${uniqueName('app')} }]`);
  const rival = await bench.change('rival');
  await settledIn(bench, 'rival', 'Conflict');
  await declare('preview', `  mode: plan\n  roles: [{ name: ${uniqueName('app')} }]`);
  await bench.change('preview');
  await settledIn(bench, 'preview', 'Drifted');
  await declare('away', '  roles: []', 'postgresql://nobody:x@127.0.0.1:1/nowhere');
  await bench.change('away');
  await settledIn(bench, 'away', 'Failing');
  await declare('away', '  suspend: true\n  roles: []');
  await bench.change('away');
  await settledIn(bench, 'away', 'Suspended');
  await loseStatus(declare);
  await share(declare);
  await retire(declare);
  await contend(declare);
  await queueUp(declare);
  await bench.write('steady.yaml', undefined);
  await bench.change('steady');
  await steady.result();
  await eventually(async () => (await rival.query('state')) !== undefined);
  await settledIn(bench, 'rival', 'Ready');
}

/** A status that loses the claim it recorded gets it back. */
async function loseStatus(declare: Declare): Promise<void> {
  const ref = { namespace: bench.namespace, name: 'mirrored' };
  const claimed = async () => (await bench.source.readPolicy(ref))?.status.owned_roles;
  await declare('mirrored', `  interval: 1h\n  roles: [{ name: ${uniqueName('app')} }]`);
  await bench.change('mirrored');
  await settledIn(bench, 'mirrored', 'Ready');
  await bench.source.writeStatus(handle(ref), () => ({ conditions: [] }));
  expect(await claimed()).toBeUndefined();
  await bench.change('mirrored');
  await eventually(claimed);
  await settledIn(bench, 'mirrored', 'Ready');
}

/** Policies that are checked together, and of which one then checks itself. */
async function share(declare: Declare): Promise<void> {
  const names = ['sharing', 'shares'];
  const role = uniqueName('shared');
  await declare('sharing', `  interval: 2s\n  max_interval: 4s\n  roles: [{ name: ${role} }]`);
  await declare('shares', `  interval: 2s\n  roles: [{ name: ${uniqueName('shared')} }]`);
  const handles = await Promise.all(names.map((name) => bench.change(name)));
  const sharedBy = async () =>
    (await Promise.all(handles.map((each) => each.query(stateQuery)))).map(({ shared }) => shared);
  await eventually(async () => (await sharedBy()).every((id) => id !== undefined));
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(database.url, role));
  await settledIn(bench, 'sharing', 'Ready');
  await eventually(async () => (await sharedBy()).every((id) => id !== undefined));
}

/** A role that can log in and owns objects in another database, so that each step occurs. */
async function retire(declare: Declare): Promise<void> {
  const [role, heir] = [uniqueName('old'), uniqueName('heir')];
  await rowsOf(database.url, `CREATE ROLE ${role} LOGIN`);
  await rowsOf(other.url, `CREATE SCHEMA ${role} AUTHORIZATION ${role}`);
  const fields = `role: ${role}, reassign_owned_to: ${heir}, terminate_sessions: true`;
  await declare('retiring', `  roles: [{ name: ${heir} }]\n  retirements: [{ ${fields} }]`);
  await bench.change('retiring');
  await settledIn(bench, 'retiring', 'Ready');
}

type Declare = (name: string, spec: string) => Promise<void>;

/** A role that someone else changes at the same time. */
async function contend(declare: Declare): Promise<void> {
  const role = uniqueName('contended');
  await rowsOf(database.url, `CREATE ROLE ${role}`);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query(`BEGIN; ALTER ROLE ${role} CONNECTION LIMIT 7`);
    await declare('contended', `  roles: [{ name: ${role}, login: true }]`);
    await bench.change('contended');
    await settledIn(bench, 'contended', 'Failing');
  } finally {
    await holder.end();
  }
  await settledIn(bench, 'contended', 'Ready');
}

/** A repair that waits longer than its interval, because another one is slow. */
async function queueUp(declare: Declare): Promise<void> {
  const [slow, patient] = [uniqueName('slow'), uniqueName('patient')];
  await rowsOf(
    database.url,
    `CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql
         AS 'BEGIN PERFORM pg_catalog.pg_sleep(20); END';
     CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA')
         EXECUTE FUNCTION public.slow()`,
  );
  await declare(
    'slow',
    `  roles: [{ name: ${slow} }]\n  schemas: [{ name: ${slow}, owner: ${slow} }]`,
  );
  await bench.change('slow');
  const { workflow } = bench.client;
  const server = workflow.getHandle(databaseWorkflowId(await serverIdentity(database.url)));
  await eventually(async () => (await server.query(queueQuery)).running?.policy.name === 'slow');
  await declare('patient', `  interval: 5s\n  roles: [{ name: ${patient} }]`);
  const waiting = await bench.change('patient');
  await eventually(async () => (await waiting.query(stateQuery)).phase === 'Drifted');
  await settledIn(bench, 'patient', 'Ready');
}

const asText = { longs: String, enums: String, bytes: String };

async function write(name: string, recorded: readonly Recorded[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { workflowId, history } of recorded) {
    const [type = ''] = workflowId.split('/', 1);
    const file = type === 'policy' ? workflowId.replaceAll(/.*\//g, '') : type;
    const plain = History.toObject(History.fromObject(history), asText);
    await writeFile(`${folder}/${name}-${file}.json`, `${JSON.stringify(plain, undefined, 1)}\n`);
  }
}

function activitiesIn(recorded: readonly Recorded[]): readonly unknown[] {
  return recorded.flatMap(({ history }) =>
    (history.events ?? []).map(
      ({ activityTaskScheduledEventAttributes: task }) => task?.activityType?.name,
    ),
  );
}

test('every recorded history replays', async () => {
  const recorded = await readRecorded();
  expect(recorded.length).toBeGreaterThan(4);
  expect(activitiesIn(recorded)).toContain('mirrorClaim');
  expect(await replay(recorded)).toEqual([]);
});

test('current behavior replays', async () => {
  await liveThroughEverything();
  await eventually(async () => (await bench.client.workflow.count()).count >= 6);
  const recorded = await liveHistories(bench.client);
  expect(await replay(recorded)).toEqual([]);
  const name = process.env.PGWARDEN_RECORD;
  if (name !== undefined) await write(name, recorded);
}, 120_000);
