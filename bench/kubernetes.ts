import { randomBytes } from 'node:crypto';
import { paths } from '../sources/kubernetes/paths.ts';
import { createSecret, namespace, openStage, policy, secret } from './kubernetes-stage.ts';
import { cpuSeconds, pause, residentMegabytes, until } from './processes.ts';
import { watchReady } from './ready-watch.ts';
import { median, report } from './report.ts';
import { workflowTaskTrouble } from './workflow-tasks.ts';

/**
 * pgwarden on a real API server: the time until a policy is Ready, until a change reaches the database and until drift
 * is repaired, and the cost of a check that finds nothing. Each figure is printed with the product's goal for two
 * cores.
 */
const stage = await openStage(20);
const { api, sql } = stage;
const watch = watchReady(api, namespace);

/**
 * In this order, because some use what earlier ones made. `node dist/bench/kubernetes.js crowd drift` runs only these.
 */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  start: () => starts(5),
  one: () => oneAfterAnother(100),
  many: () => atOnce(200, { name: 'many', seconds: 60, content: oneRole }),
  rich: () => atOnce(200, { name: 'rich', seconds: 50, content: threeSchemas }),
  crowd: () => atOnce(500, { name: 'crowd', seconds: 150, content: oneRole }),
  changes: () => changes(20),
  cadence: () => cadence({ policies: 100, seconds: 60 }),
  repeated: () => repeatedDrift(5),
  drift: () => driftTwice({ policies: 10, intervalSeconds: 30 }),
  memory: () => watcherMemory({ policies: 1_000, secrets: 5_000 }),
};
const wanted = process.argv.slice(2);

try {
  for (const [name, measure] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await measure();
} finally {
  watch.stop();
  await stage.stop();
}

function spec(database: number, rest: object): object {
  const connection = { secretRef: { name: `db${String(database)}` } };
  return { connection, interval: '1h', ...rest };
}

function oneRole(name: string): object {
  return { roles: [{ name: `bench_${name}` }] };
}

/** Three schemas with two profiles each: six roles, with grants and default privileges. */
function threeSchemas(name: string): object {
  const access = (privileges: readonly string[]) => ({
    grants: [
      { privileges: ['USAGE'], object: { type: 'schema' } },
      { privileges, object: { type: 'table', name: '*' } },
      { privileges: ['USAGE', 'SELECT'], object: { type: 'sequence', name: '*' } },
    ],
    default_privileges: [{ privileges, on_type: 'table' }],
  });
  return {
    profiles: {
      reader: access(['SELECT']),
      writer: access(['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    },
    schemas: ['a', 'b', 'c'].map((each) => ({
      name: `${name}_${each}`,
      profiles: ['reader', 'writer'],
    })),
  };
}

function create(name: string, its: object): Promise<unknown> {
  return api.create(paths.policies(namespace), policy(name, its));
}

/** A policy waits for both processes, and nothing else is there to be done. */
async function starts(rounds: number): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const name = `start${String(index)}`;
    await stage.processes.stop();
    await create(name, spec(0, oneRole(name)));
    const began = performance.now();
    stage.processes.start();
    await watch.ready(name);
    times.push((performance.now() - began) / 1_000);
  }
  report('start of both processes to Ready: s, median', median(times), 2);
}

async function oneAfterAnother(count: number): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `one${String(index)}`;
    const began = performance.now();
    await create(name, spec(0, { roles: [{ name: `bench_${name}`, login: true }] }));
    await watch.ready(name);
    times.push(performance.now() - began);
  }
  times.sort((left, right) => left - right);
  report('create to Ready: ms, median', median(times), 700);
  report('create to Ready: ms, 99th percentile', times[Math.ceil(count * 0.99) - 1] ?? NaN, 1_500);
}

interface Burst {
  readonly name: string;
  /** The goal for the last policy. */
  readonly seconds: number;
  readonly content: (name: string) => object;
}

async function atOnce(count: number, { name: prefix, seconds, content }: Burst): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`);
  const began = performance.now();
  await Promise.all(
    names.map((name, index) => create(name, spec(index % stage.databases, content(name)))),
  );
  const times = await Promise.all(
    names.map(async (name) => {
      await watch.ready(name);
      return (performance.now() - began) / 1000;
    }),
  );
  times.sort((left, right) => left - right);
  const what = `${String(count)} policies (${prefix}) over ${String(stage.databases)} databases at once`;
  report(`${what}, first Ready: s`, times[0] ?? NaN, 2);
  report(`${what}, half: s`, median(times), seconds / 2);
  report(`${what}, all: s`, times.at(-1) ?? NaN, seconds);
  const { failed, passedOn } = await workflowTaskTrouble(stage.temporal);
  report('workflow tasks that failed or timed out', failed.length, 0);
  report('workflow tasks moved to another queue before they started', passedOn, 0);
  report('worker: MB resident', residentMegabytes(stage.processes.worker.pid), 600);
  if (failed.length > 0) throw new Error(failed.join('\n'));
}

async function changes(rounds: number): Promise<void> {
  const password = { secretRef: { name: 'ana' }, secretKey: 'password' };
  const withComment = (comment: string): object =>
    spec(0, { roles: [{ name: 'ana', login: true, comment, password }] });
  await createSecret(api, 'ana', { password: 'first' });
  await create('changing', withComment('first'));
  await watch.ready('changing');
  const ofSpec = await inTurn(rounds, async (round) => {
    await api.apply(paths.policies(namespace, 'changing'), policy('changing', withComment(round)));
    await inDatabase(`SELECT FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = '${round}'`);
  });
  report('change of a spec to the database: ms', median(ofSpec), 500);
  const ofSecret = await inTurn(rounds, async (round) => {
    const { rows } = await sql.query<{ old: string }>(
      "SELECT rolpassword AS old FROM pg_authid WHERE rolname = 'ana'",
    );
    await api.replace(paths.secrets(namespace, 'ana'), secret('ana', { password: round }));
    const old = rows[0]?.old ?? '';
    await inDatabase(`SELECT FROM pg_authid WHERE rolname = 'ana' AND rolpassword <> '${old}'`);
  });
  report('change of a Secret to the database: ms', median(ofSecret), 500);
}

/** Times in ms. The pause between them lets the previous round end. */
async function inTurn(rounds: number, run: (round: string) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(500);
    const began = performance.now();
    await run(`round ${String(round)}`);
    times.push(performance.now() - began);
  }
  return times;
}

async function inDatabase(query: string): Promise<void> {
  await until(async () => ((await sql.query(query)).rowCount === 1 ? true : undefined), 5);
}

interface Counters {
  readonly checks: number;
  readonly reads: number;
  readonly others: number;
  readonly own: number;
  readonly apiServer: number;
}

/** The policies that were created one after another, with an interval of ten seconds. */
async function cadence({
  policies,
  seconds,
}: {
  policies: number;
  seconds: number;
}): Promise<void> {
  for (let index = 0; index < policies; index += 1) {
    const name = `one${String(index)}`;
    const roles = [{ name: `bench_${name}`, login: true }];
    const fast = { ...spec(0, { roles }), interval: '10s' };
    await api.apply(paths.policies(namespace, name), policy(name, fast));
    await watch.ready(name, 2);
  }
  await pause(15_000);
  const before = await counters();
  await pause(seconds * 1000);
  const after = await counters();
  const checks = after.checks - before.checks;
  const perThousand = 1_000 / checks;
  report('checks done of those due', checks, (policies * seconds) / 10);
  report('API reads for a check', (after.reads - before.reads) / checks, 2);
  report('API writes and lists for a check', (after.others - before.others) / checks, 0.1);
  report('own CPU seconds for 1,000 checks', (after.own - before.own) * perThousand, 28);
  const apiServer = (after.apiServer - before.apiServer) * perThousand;
  report("the API server's CPU seconds for 1,000 checks", apiServer, 118);
}

async function counters(): Promise<Counters> {
  const requests = /^apiserver_request_total\{.*resource="(postgrespolicies|secrets|events)"/;
  const all = await stage.counter(requests, 'api');
  const reads = await stage.counter(new RegExp(`${requests.source}.*verb="GET"`), 'api');
  return {
    checks: await stage.counter(/^pgwarden_check_duration_seconds_count/),
    reads,
    others: all - reads,
    own: cpuSeconds(stage.processes.worker.pid) + cpuSeconds(stage.processes.watcher.pid),
    apiServer: cpuSeconds(stage.apiServerPid),
  };
}

async function repeatedDrift(rounds: number): Promise<void> {
  const times = await inTurn(rounds, async () => {
    await sql.query('ALTER ROLE bench_one0 NOLOGIN');
    await inDatabase("SELECT FROM pg_roles WHERE rolname = 'bench_one0' AND rolcanlogin");
  });
  report('the same drift again, repaired: s, longest', Math.max(...times) / 1000, 12);
}

/**
 * The same drift in several policies at once, and again a minute later: the time until the last of them is repaired.
 */
async function driftTwice({
  policies,
  intervalSeconds,
}: {
  policies: number;
  intervalSeconds: number;
}): Promise<void> {
  const names = Array.from({ length: policies }, (_, index) => `drifting${String(index)}`);
  for (const [index, name] of names.entries()) {
    const roles = [{ name, login: true }];
    const interval = `${String(intervalSeconds)}s`;
    await create(name, { ...spec(index % stage.databases, { roles }), interval });
    await watch.ready(name);
  }
  for (const time of ['once', 'a minute later again']) {
    const began = performance.now();
    for (const name of names) await sql.query(`ALTER ROLE ${name} NOLOGIN`);
    const left = "FROM pg_roles WHERE rolname LIKE 'drifting%' AND NOT rolcanlogin";
    await inDatabase(`SELECT WHERE NOT EXISTS (SELECT ${left})`);
    const seconds = (performance.now() - began) / 1000;
    report(`drift, ${time}: repaired after s, longest`, seconds, intervalSeconds + 2);
    await pause(60_000 - seconds * 1000);
  }
}

async function watcherMemory(wanted: { policies: number; secrets: number }): Promise<void> {
  for (let index = 0; index < wanted.secrets; index += 1)
    await createSecret(api, `more${String(index)}`, {
      data: randomBytes(1_500).toString('base64'),
    });
  for (let index = 0; index < wanted.policies; index += 1)
    await create(`idle${String(index)}`, { ...spec(0, { roles: [] }), suspend: true });
  await Promise.all(
    Array.from({ length: wanted.policies }, (_, index) => settled(`idle${String(index)}`)),
  );
  report('watcher: MB resident', residentMegabytes(stage.processes.watcher.pid), 150);
}

async function settled(name: string): Promise<void> {
  await until(async () => {
    const object = await api.get(paths.policies(namespace, name));
    return JSON.stringify(object).includes('"Paused"') ? true : undefined;
  }, 1_000);
}
