import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openFaultProxy, type FaultProxy } from '../postgres/fault-proxy.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { cliPath } from '../cli/run-cli.ts';
import { environmentOf, killed, spawnWorker } from './worker-process.ts';

/** Real processes that wait for a server which does not answer, and are asked to end. */
let bench: Bench;
let database: TestDatabase;
let proxy: FaultProxy;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  proxy = await openFaultProxy(Number(new URL(database.url).port));
});

afterAll(async () => {
  await proxy.close();
  await bench.close();
  await database.drop();
});

/** Has a policy reconciled through the proxy, from where something of each connection is lost. */
async function declareSilent(name: string, swallowFrom: string): Promise<string> {
  proxy.setFault({ swallowFrom });
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const spec = `  roles: [{ name: ${uniqueName('s')} }]`;
  await bench.write(`${name}.yaml`, policyYaml(bench, name, url.href, spec));
  return url.href;
}

/** By then Kubernetes would have sent SIGKILL. */
const graceMs = 60_000;

test.each([
  ['SIGTERM', 'a check', 'BEGIN'],
  ['SIGINT', 'an apply', 'CREATE ROLE'],
] as const)(
  'a worker ends by itself at %s, in the time that Kubernetes gives it, while %s gets no answer',
  async (signal, _what, swallowFrom) => {
    const worker = spawnWorker(bench);
    try {
      const name = signal.toLowerCase();
      await declareSilent(name, swallowFrom);
      await bench.change(name);
      await proxy.untilSwallowed();
      const exited = once(worker, 'exit');
      worker.kill(signal);
      expect(await exited).toEqual([0, null]);
    } finally {
      await killed(worker, 'SIGKILL');
    }
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
    const url = await declareSilent('cli', swallowFrom);
    const args = command === 'dev' ? [bench.directory] : ['-f', `${bench.directory}/cli.yaml`];
    const child = spawn(process.execPath, [cliPath, command, ...args, '--database-url', url], {
      env: { ...environmentOf(bench, 0), TEMPORAL_TASK_QUEUE: uniqueName('queue') },
      stdio: 'ignore',
    });
    try {
      await proxy.untilSwallowed();
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      const [code, signal] = (await exited) as [number | null, string | null];
      expect(signal ?? code).not.toBe('SIGKILL');
    } finally {
      await killed(child, 'SIGKILL');
    }
  },
  80_000,
);
