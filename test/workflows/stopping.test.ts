import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openFaultProxy, type FaultProxy } from '../postgres/fault-proxy.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { cliPath } from '../cli/run-cli.ts';
import { environmentOf, killed, spawnWorker } from './worker-process.ts';

/** Real processes that are stopped while they wait for a server which does not answer. */
interface Silence {
  readonly bench: Bench;
  readonly proxy: FaultProxy;
  /** Leads through the proxy. */
  readonly url: string;
}

let database: TestDatabase;
const silences: Silence[] = [];

beforeAll(async () => {
  database = await freshDatabase(newestMajor());
});

afterAll(async () => {
  await Promise.all(
    silences.map(async ({ bench, proxy }) => {
      await proxy.close();
      await bench.close();
    }),
  );
  await database.drop();
});

/** A policy whose connection loses the server's answer to some statement, in a Temporal namespace with nothing else. */
async function silentAt(swallowFrom: string): Promise<Silence> {
  const bench = await openBench();
  const proxy = await openFaultProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.port = String(proxy.port);
  silences.push({ bench, proxy, url: url.href });
  proxy.setFault({ swallowFrom });
  const spec = `  roles: [{ name: ${uniqueName('s')} }]`;
  await bench.write('silent.yaml', policyYaml(bench, 'silent', url.href, spec));
  return { bench, proxy, url: url.href };
}

/** The exit code of a process that is stopped after its connection went silent. */
async function endOf(
  start: (silence: Silence) => ChildProcess,
  signal: NodeJS.Signals,
  silence: Silence,
): Promise<unknown[]> {
  const child = start(silence);
  try {
    await silence.proxy.untilSwallowed();
    const exited = once(child, 'exit');
    child.kill(signal);
    const ended: unknown[] = await exited;
    return ended;
  } finally {
    await killed(child, 'SIGKILL');
  }
}

/** After this time Kubernetes sends SIGKILL. */
const graceMs = 60_000;

/** Most of the time is the grace period of running work. Both processes wait for it together. */
test(
  "SIGTERM or SIGINT ends a worker within Kubernetes' grace period, while a check or an apply gets no answer",
  async () => {
    const endsAt = async (signal: NodeJS.Signals, swallowFrom: string) => {
      const silence = await silentAt(swallowFrom);
      await silence.bench.change('silent');
      return endOf(({ bench }) => spawnWorker(bench), signal, silence);
    };
    const ends = await Promise.all([endsAt('SIGTERM', 'BEGIN'), endsAt('SIGINT', 'CREATE ROLE')]);
    expect(ends).toEqual([
      [0, null],
      [0, null],
    ]);
  },
  graceMs + 20_000,
);

test.each([
  ['diff', 'BEGIN'],
  ['apply', 'CREATE ROLE'],
  ['dev', 'BEGIN'],
])(
  'pgwarden %s ends at SIGINT while a server is silent',
  async (command, swallowFrom) => {
    const start = ({ bench, url }: Silence): ChildProcess => {
      const args = command === 'dev' ? [bench.directory] : ['-f', `${bench.directory}/silent.yaml`];
      return spawn(process.execPath, [cliPath, command, ...args, '--database-url', url], {
        env: { ...environmentOf(bench, 0), TEMPORAL_TASK_QUEUE: uniqueName('queue') },
        stdio: 'ignore',
      });
    };
    const [code, signal] = await endOf(start, 'SIGINT', await silentAt(swallowFrom));
    expect(signal ?? code).not.toBe('SIGKILL');
  },
  80_000,
);
