import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { queueQuery } from '../../workflows/messages.ts';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { serverWorkflow } from './server-workflow.ts';
import { eventually, settledIn } from './wait.ts';
import { killed, spawnWorker } from './worker-process.ts';

let bench: Bench;
let database: TestDatabase;
let other: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  other = await freshDatabase(newestMajor());
});

afterAll(async () => {
  await Promise.all(children.map((child) => killed(child, 'SIGKILL')));
  await bench.close();
  await other.drop();
  await database.drop();
});

function worker(): ChildProcess {
  const child = spawnWorker(bench);
  children.push(child);
  return child;
}

/** A role that can log in, and owns a table in each database. */
async function makeRole(role: string): Promise<void> {
  await rowsOf(database.url, `CREATE ROLE ${role} LOGIN`);
  for (const { url } of [database, other])
    await rowsOf(
      url,
      `CREATE TABLE public.${role} (); ALTER TABLE public.${role} OWNER TO ${role}`,
    );
}

async function loginOf(role: string): Promise<boolean | undefined> {
  const rows = await rowsOf<{ rolcanlogin: boolean }>(
    database.url,
    `SELECT rolcanlogin FROM pg_roles WHERE rolname = '${role}'`,
  );
  return rows[0]?.rolcanlogin;
}

async function ownersOf(table: string): Promise<(string | undefined)[]> {
  const sql = `SELECT tableowner FROM pg_tables WHERE tablename = '${table}'`;
  const rows = [await rowsOf(database.url, sql), await rowsOf(other.url, sql)];
  return rows.map(([row]) => String(row?.tableowner));
}

/** `apply`, `step` and so on, in the order they were scheduled, with their summaries. */
async function activitiesOf(policy: string): Promise<string[]> {
  const { events } = await (await serverWorkflow(bench, database.url)).fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) => {
      const data = userMetadata?.summary?.data;
      if (scheduled?.activityType?.name === undefined || data === undefined || data === null)
        return [];
      const summary = String(JSON.parse(Buffer.from(data).toString()));
      const prefix = `apply ${bench.namespace}/${policy}: `;
      if (!summary.startsWith(prefix)) return [];
      return [`${scheduled.activityType.name ?? ''}: ${summary.slice(prefix.length)}`];
    },
  );
}

test('the next worker finishes a retirement when one is killed between its steps', async () => {
  const role = uniqueName('legacy');
  const heir = uniqueName('heir');
  await makeRole(role);
  const blocker = new pg.Client({ connectionString: other.url });
  await blocker.connect();
  await blocker.query(`BEGIN; LOCK TABLE public.${role}`);
  const spec = `  roles: [{ name: ${heir} }]
  retirements: [{ role: ${role}, reassign_owned_to: ${heir}, terminate_sessions: true }]`;
  await bench.write('team.yaml', policyYaml(bench, 'team', database.url, spec));
  const first = worker();
  await bench.change('team');

  // The step in the other database waits for a lock, so the steps before it are committed by now.
  const handle = await serverWorkflow(bench, database.url);
  const said = `role ${role} is retired: ${heir} gets what it owns in database ${other.name}`;
  await eventually(async () => {
    const view = await handle.query(queueQuery).catch(() => undefined);
    return view?.step === said;
  });
  expect(await loginOf(role)).toBe(false);
  expect(await ownersOf(role)).toEqual([role, role]);
  await killed(first, 'SIGKILL');
  await blocker.query('ROLLBACK');
  await blocker.end();
  expect(await loginOf(role)).toBe(false);

  worker();
  await settledIn(bench, 'team', 'Ready', 60_000);
  expect(await loginOf(role)).toBeUndefined();
  expect(await ownersOf(role)).toEqual([heir, heir]);
  expect(await activitiesOf('team')).toEqual([
    'apply: +1 role -1 role',
    `step: role ${role} is retired: no new sessions`,
    `step: role ${role} is retired: its sessions end`,
    `step: ${said}`,
    'apply: +1 role -1 role',
  ]);
  const record = await bench.source.readPolicy({ namespace: bench.namespace, name: 'team' });
  const sql = record?.status.applied_sql ?? '';
  const order = [
    `ALTER ROLE "${role}" NOLOGIN;`,
    `\\connect "${other.name}"\nREASSIGN OWNED BY "${role}" TO "${heir}";\n\\connect "${database.name}"`,
    `DROP ROLE "${role}";`,
  ].map((line) => sql.indexOf(line));
  expect(order).toEqual([...order].sort((left, right) => left - right));
  expect(order).not.toContain(-1);
  await rowsOf(other.url, `DROP OWNED BY ${heir}`);
}, 120_000);
