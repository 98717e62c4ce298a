import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { Encryption } from '../../runtime/encryption/settings.ts';
import type { BoundsSource } from '../../sources/bounds-file.ts';
import type { PolicySource } from '../../sources/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { installRuntime } from '../../worker/runtime.ts';
import { startWorker, type RunningWorker } from '../../worker/start.ts';
import type { policy } from '../../workflows/policy.ts';
import { policyChanged, policyStart } from '../../workflows/messages.ts';
import { createNamespace, type NamespaceOptions } from './temporal-namespace.ts';
import type { PolicyState } from '../../workflows/policy-state.ts';
import {
  majors,
  temporalAddress,
  uniqueName,
  workflowBundlePath,
  type freshDatabase,
} from '../setup/servers.ts';

/** The connections of one test file, a directory of policies, and the log of its workers. */
export interface Bench {
  /** Address of the Temporal server. */
  readonly address: string;
  readonly client: Client;
  readonly native: NativeConnection;
  readonly directory: string;
  readonly source: PolicySource;
  /** The namespace of this bench's policies. */
  readonly namespace: string;
  readonly taskQueue: string;
  /** Everything logged, one entry per line. */
  readonly logged: string[];
  startWorker(options?: WorkerOptions): Promise<RunningWorker>;
  /** Writes or replaces a YAML file. `undefined` removes it. */
  write(name: string, text: string | undefined): Promise<void>;
  /** Signals, as the watcher does. */
  change(name: string, state?: PolicyState): Promise<WorkflowHandle<typeof policy>>;
  close(): Promise<void>;
}

interface WorkerOptions extends Partial<Pick<Bench, 'source' | 'taskQueue'>> {
  readonly encryption?: Encryption;
  readonly bounds?: BoundsSource;
  readonly zone?: string;
}

let isInstalled = false;

export interface BenchOptions extends Partial<NamespaceOptions> {
  /** Address of a separate Temporal server. Default the shared one. */
  readonly temporal?: string;
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const address = options.temporal ?? (await temporalAddress());
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  if (!isInstalled) installRuntime(log);
  isInstalled = true;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const temporalNamespace = await createNamespace(connection, {
    attributes: options.attributes ?? true,
  });
  const client = new Client({ connection, namespace: temporalNamespace });
  const root = await mkdtemp(join(tmpdir(), 'pgwarden-test-'));
  const directory = join(root, 'policies');
  await mkdir(directory);
  const source = directorySource({ directory, stateDirectory: join(root, 'state') });
  const namespace = uniqueName('ns').replace('_', '-');
  const taskQueue = uniqueName('queue');
  const workers: RunningWorker[] = [];
  const bench: Bench = {
    address,
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
        namespace: temporalNamespace,
        taskQueue: options.taskQueue ?? taskQueue,
        source: options.source ?? source,
        log,
        ...(options.encryption === undefined ? {} : { encryption: options.encryption }),
        ...(options.bounds === undefined ? {} : { bounds: options.bounds }),
        ...(options.zone === undefined ? {} : { zone: { zone: options.zone } }),
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
      await connection.close();
      await native.close();
      await Runtime.instance().shutdown();
      isInstalled = false;
      await rm(root, { recursive: true, force: true });
    },
  };
  return bench;
}

export function newestMajor(): Parameters<typeof freshDatabase>[0] {
  const [newest] = majors().toSorted((left, right) => right - left);
  if (newest === undefined) throw new Error('no PostgreSQL to test on');
  return newest;
}
