import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import pg from 'pg';
import { pino } from 'pino';
import type { PolicySource } from '../../sources/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { installRuntime } from '../../worker/runtime.ts';
import { startWorker, type RunningWorker } from '../../worker/start.ts';
import type { policy } from '../../workflows/policy.ts';
import { policyChanged, policyStart, policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import type { PolicyState } from '../../workflows/policy-state.ts';
import { temporalAddress, uniqueName, workflowBundlePath } from '../setup/servers.ts';

/** One test file's connections, a directory of policies and the log of its workers. */
export interface Bench {
  readonly client: Client;
  readonly native: NativeConnection;
  readonly directory: string;
  readonly source: PolicySource;
  /** Policies of this bench live in a namespace of their own. */
  readonly namespace: string;
  readonly taskQueue: string;
  /** Everything logged, one line each. */
  readonly logged: string[];
  startWorker(options?: { readonly source?: PolicySource }): Promise<RunningWorker>;
  /** Writes or replaces a YAML file; `undefined` removes it. */
  write(name: string, text: string | undefined): Promise<void>;
  /** What the watcher does. */
  change(name: string, state?: PolicyState): Promise<WorkflowHandle<typeof policy>>;
  close(): Promise<void>;
}

let isInstalled = false;

export async function openBench(): Promise<Bench> {
  const address = await temporalAddress();
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  if (!isInstalled) installRuntime(log);
  isInstalled = true;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const root = await mkdtemp(join(tmpdir(), 'pgwarden-test-'));
  const directory = join(root, 'policies');
  await mkdir(directory);
  const source = directorySource({ directory, stateDirectory: join(root, 'state') });
  const namespace = uniqueName('ns').replace('_', '-');
  const taskQueue = uniqueName('queue');
  const workers: RunningWorker[] = [];
  const bench: Bench = {
    client,
    native,
    directory,
    source,
    namespace,
    taskQueue,
    logged,
    async startWorker(options = {}) {
      const worker = await startWorker({
        connection: native,
        namespace: 'default',
        taskQueue,
        source: options.source ?? source,
        log,
        bundlePath: await workflowBundlePath(),
      });
      workers.push(worker);
      return worker;
    },
    async write(name, text) {
      const path = join(directory, name);
      if (text === undefined) await rm(path);
      else await writeFile(path, text);
    },
    change(name, state) {
      const ref = { namespace, name };
      const start = policyStart(ref);
      return client.workflow.signalWithStart<typeof policy>('policy', {
        ...start,
        ...(state === undefined ? {} : { args: [ref, state] as const }),
        taskQueue,
        signal: policyChanged,
        signalArgs: [],
      });
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await terminateAll(client, namespace);
      await connection.close();
      await native.close();
      await Runtime.instance().shutdown();
      isInstalled = false;
      await rm(root, { recursive: true, force: true });
    },
  };
  return bench;
}

async function terminateAll(client: Client, namespace: string): Promise<void> {
  const query = `WorkflowId STARTS_WITH "policy/${namespace}/" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow.getHandle(workflowId).terminate().catch(() => undefined);
  }
}

/** A policy, its connection Secret, and whatever is put under `spec`, which is YAML indented by two. */
export function policyYaml(bench: Bench, name: string, url: string, spec: string): string {
  return `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata:
  name: ${name}
  namespace: ${bench.namespace}
spec:
  connection:
    secretRef:
      name: ${name}-connection
${spec}
---
apiVersion: v1
kind: Secret
metadata:
  name: ${name}-connection
  namespace: ${bench.namespace}
stringData:
  DATABASE_URL: ${JSON.stringify(url)}
`;
}

/** Waits until `look` gives something true. */
export async function eventually<T>(look: () => Promise<T> | T, limitMs = 30_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a policy's workflow sleeps in a phase, and gives its view. */
export function settledIn(bench: Bench, name: string, phase: string, limitMs?: number) {
  const handle = bench.client.workflow.getHandle(policyWorkflowId({ namespace: bench.namespace, name }));
  return eventually(async () => {
    const view = await handle.query(stateQuery).catch(() => undefined);
    return view?.phase === phase && view.nextCheck !== undefined ? view : undefined;
  }, limitMs);
}

export async function rowsOf<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
