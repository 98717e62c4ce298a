import { readFileSync } from 'node:fs';
import { paths } from '../sources/kubernetes/paths.ts';
import { namespace, openStage, policy, type Stage } from './kubernetes-stage.ts';
import { cpuSeconds, pause, residentMegabytes, until } from './processes.ts';
import { watchReady, type ReadyWatch } from './ready-watch.ts';
import { report } from './report.ts';

/**
 * pgwarden at the sizes that the documentation promises, each printed with its bar. Every part opens a stage of its
 * own. `node dist/bench/scale.js large` runs only that part; `many 500 5` has 500 policies and measures for 5 minutes.
 */
const [wanted = 'all', ...numbers] = process.argv.slice(2);
const [policies = 2_000, minutes = 10] = numbers.map(Number);

const intervalSeconds = 300;

if (wanted === 'all' || wanted === 'large') await inStage(1, largePolicy);
if (wanted === 'all' || wanted === 'many') await inStage(50, manyPolicies);

async function inStage(
  databases: number,
  measure: (stage: Stage, watch: ReadyWatch) => Promise<void>,
): Promise<void> {
  const stage = await openStage(databases);
  const watch = watchReady(stage.api, namespace);
  try {
    await measure(stage, watch);
  } finally {
    watch.stop();
    await stage.stop();
  }
}

/** A thousand roles in 500 schemas, on a server of 5,000 roles and 100,000 tables. */
async function largePolicy(stage: Stage, watch: ReadyWatch): Promise<void> {
  const schemas = Array.from({ length: 500 }, (_, index) => `large_${String(index)}`);
  await stage.sql.query(
    "DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE format('CREATE ROLE other_%s', i); END LOOP; END $$",
  );
  const database = await stage.connect(0);
  for (const schema of schemas)
    await database.query(
      `CREATE SCHEMA ${schema}; DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE TABLE ${schema}.t%s (id int)', i); END LOOP; END $$`,
    );
  await database.query('ANALYZE');
  await database.end();
  const access = (privileges: readonly string[]) => ({
    grants: [
      { privileges: ['USAGE'], object: { type: 'schema' } },
      { privileges, object: { type: 'table', name: '*' } },
      { privileges: ['USAGE', 'SELECT'], object: { type: 'sequence', name: '*' } },
      { privileges: ['EXECUTE'], object: { type: 'function', name: '*' } },
      { privileges: ['USAGE'], object: { type: 'type', name: '*' } },
    ],
    default_privileges: [{ privileges, on_type: 'table' }],
  });
  const spec = {
    connection: { secretRef: { name: 'db0' } },
    profiles: {
      reader: access(['SELECT']),
      writer: access(['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    },
    schemas: schemas.map((name) => ({ name, profiles: ['reader', 'writer'] })),
  };
  const began = performance.now();
  await stage.api.create(paths.policies(namespace), policy('large', { ...spec, interval: '1h' }));
  await watch.ready('large');
  report('1,000 roles on 100,000 tables, Ready: s', (performance.now() - began) / 1_000, 0);
  report('the same, worker: MB at most', peakMegabytes(stage), 400);
  report('the same, event loop blocked: ms at most', await blockedMs(stage), 50);
  const path = paths.policies(namespace, 'large');
  await stage.api.apply(path, policy('large', { ...spec, interval: '10s' }));
  await watch.ready('large', 2);
  const before = await checks(stage);
  await pause(90_000);
  const after = await checks(stage);
  const seconds = (after.seconds - before.seconds) / (after.count - before.count);
  report('a check of it: s', seconds, 1);
  report('its checks, event loop blocked: ms at most', await blockedMs(stage), 50);
}

/** Many policies over 50 databases of one server, at an interval of five minutes. */
async function manyPolicies(stage: Stage, watch: ReadyWatch): Promise<void> {
  const names = Array.from({ length: policies }, (_, index) => `many${String(index)}`);
  const began = performance.now();
  await inGroups(names, async (name, index) => {
    await stage.api.create(paths.policies(namespace), policy(name, specOf(index, stage)));
  });
  await Promise.all(names.map((name) => watch.ready(name)));
  const what = `${String(policies)} policies`;
  report(`${what}, all Ready: s`, (performance.now() - began) / 1_000, 0);
  await kept(stage, what);
  await repaired(stage, names);
  report(`${what}, worker: MB`, residentMegabytes(stage.processes.worker.pid), 600);
  report(`${what}, watcher: MB`, residentMegabytes(stage.processes.watcher.pid), 250);
  await restarted(stage, what);
}

function specOf(index: number, { databases }: Stage): object {
  return {
    connection: { secretRef: { name: `db${String(index % databases)}` } },
    interval: `${String(intervalSeconds)}s`,
    roles: [{ name: `many_${String(index)}`, login: true }],
  };
}

/** A few at a time, because an API server limits how many requests it serves at once. */
async function inGroups<T>(
  all: readonly T[],
  work: (each: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < all.length) {
      const index = next;
      next += 1;
      const each = all[index];
      if (each !== undefined) await work(each, index);
    }
  };
  await Promise.all(Array.from({ length: 20 }, one));
}

/** Checks made of those due, and what they cost. */
async function kept(stage: Stage, what: string): Promise<void> {
  await pause(intervalSeconds * 1_000);
  const before = await counters(stage);
  await pause(minutes * 60_000);
  const after = await counters(stage);
  const made = after.checks - before.checks;
  const since = (key: keyof Counters) => after[key] - before[key];
  report(`${what}: checks made of those due`, made, (policies * minutes * 60) / intervalSeconds);
  report('API server: lists', since('lists'), 0);
  report('API server: watches', since('watches'), 0);
  report('API server: writes for each check', since('writes') / made, 0.35);
  report('own CPU: s for 1,000 checks', (since('own') * 1_000) / made, 10);
  report('connections to the server, at most', await connections(stage), 20);
  report('event loop of the worker blocked: ms at most', await blockedMs(stage), 50);
}

/** Drift in one policy of a hundred. */
async function repaired(stage: Stage, names: readonly string[]): Promise<void> {
  const drifted = names.filter((_, index) => index % 100 === 0).length;
  const began = performance.now();
  for (let index = 0; index < drifted; index += 1)
    await stage.sql.query(`ALTER ROLE many_${String(index * 100)} NOLOGIN`);
  const left = "SELECT FROM pg_roles WHERE rolname LIKE 'many\\_%' AND NOT rolcanlogin";
  await until(async () => ((await stage.sql.query(left)).rowCount === 0 ? true : undefined), 100);
  const seconds = (performance.now() - began) / 1_000;
  report('drift repaired: s, longest', seconds, intervalSeconds + 10);
}

async function restarted(stage: Stage, what: string): Promise<void> {
  await stage.processes.stop();
  const began = performance.now();
  stage.processes.start();
  const isChecking = async () => {
    const count = await checks(stage).catch(() => ({ count: 0 }));
    return count.count > 0 ? true : undefined;
  };
  await until(isChecking, 50);
  report(`${what}: a new worker's first check: s`, (performance.now() - began) / 1_000, 10);
  let most = 0;
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    most = Math.max(most, await connections(stage));
    await pause(100);
  }
  report('connections in the first minute, at most', most, 20);
}

interface Counters {
  readonly checks: number;
  readonly lists: number;
  readonly watches: number;
  readonly writes: number;
  readonly own: number;
}

async function counters(stage: Stage): Promise<Counters> {
  const requests = /^apiserver_request_total\{.*resource="(postgrespolicies|secrets|events)"/;
  const of = (verb: string) =>
    stage.counter(new RegExp(`${requests.source}.*verb="(${verb})"`), 'api');
  const { worker, watcher } = stage.processes;
  return {
    checks: (await checks(stage)).count,
    lists: await of('LIST'),
    watches: await of('WATCH'),
    writes: await of('POST|PUT|PATCH|APPLY'),
    own: cpuSeconds(worker.pid) + cpuSeconds(watcher.pid),
  };
}

async function checks(stage: Stage): Promise<{ readonly count: number; readonly seconds: number }> {
  return {
    count: await stage.counter(/^pgwarden_check_duration_seconds_count/),
    seconds: await stage.counter(/^pgwarden_check_duration_seconds_sum/),
  };
}

async function connections({ sql }: Stage): Promise<number> {
  const query = "SELECT FROM pg_stat_activity WHERE application_name = 'pgwarden'";
  return (await sql.query(query)).rowCount ?? 0;
}

async function blockedMs(stage: Stage): Promise<number> {
  return (await stage.counter(/^nodejs_eventloop_lag_max_seconds/)) * 1_000;
}

function peakMegabytes({ processes }: Stage): number {
  const text = readFileSync(`/proc/${String(processes.worker.pid)}/status`, 'utf8');
  return (Number(/VmHWM:\s+(\d+)/.exec(text)?.[1]) * 1_024) / 1_000_000;
}
