import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import type { ResourceRef } from '../../core/document/document.ts';
import { startWatcher } from '../../watcher/start.ts';
import { policyStart, policyWorkflowId } from '../../workflows/messages.ts';
import { temporalAddress, uniqueName } from '../setup/servers.ts';
import { testDirectory, type TestDirectory } from '../sources/directory.ts';
import { eventually } from '../workflows/wait.ts';

/** A directory of policies, and a Temporal server without a worker, so that signals can be counted. */
export interface Watched {
  readonly directory: TestDirectory;
  readonly client: Client;
  readonly taskQueue: string;
  /** Everything logged, one entry per line. */
  readonly logged: string[];
  /** A unique name on the server. */
  readonly policy: (name: string) => string;
  readonly start: (options?: WatchOptions) => Promise<RunningTestWatcher>;
  readonly startWorkflow: (name: string, taskQueue?: string) => Promise<void>;
  readonly signals: (name: string) => Promise<number>;
  /** Waits until the server has counted that many signals, and returns the count. */
  readonly untilSignals: (name: string, count: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

interface WatchOptions {
  readonly client?: Client;
  readonly resyncMs?: number;
}

interface RunningTestWatcher {
  readonly stop: () => Promise<void>;
}

export async function openWatched(): Promise<Watched> {
  const directory = await testDirectory();
  const connection = await Connection.connect({ address: await temporalAddress() });
  const client = new Client({ connection });
  const taskQueue = uniqueName('queue');
  const prefix = uniqueName('p').replace('_', '-');
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const running: RunningTestWatcher[] = [];
  const ref = (name: string): ResourceRef => ({ namespace: 'shop', name: `${prefix}-${name}` });
  const signals = (name: string) => countSignals(client, policyWorkflowId(ref(name)));
  return {
    directory,
    client,
    taskQueue,
    logged,
    policy: (name) => ref(name).name,
    signals,
    async untilSignals(name, count) {
      return eventually(async () => {
        const found = await signals(name);
        return found >= count && found;
      });
    },
    async start(options = {}) {
      const stopping = new AbortController();
      const { signal } = stopping;
      const { source } = directory;
      const { stopped } = await startWatcher({
        source,
        client,
        taskQueue,
        log,
        signal,
        ...options,
      });
      const stop = () => {
        stopping.abort();
        return stopped;
      };
      running.push({ stop });
      return { stop };
    },
    async startWorkflow(name, queue = taskQueue) {
      await client.workflow.start('policy', { ...policyStart(ref(name)), taskQueue: queue });
    },
    async close() {
      await Promise.all(running.map(({ stop }) => stop()));
      await terminateAll(client, prefix);
      await connection.close();
      await directory.remove();
    },
  };
}

async function countSignals(client: Client, workflowId: string): Promise<number> {
  try {
    const handle = client.workflow.getHandle(workflowId);
    await handle.describe(); // has its own message for a missing workflow
    const { events } = await handle.fetchHistory();
    return (events ?? []).filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal)
      .length;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 0;
    throw error;
  }
}

async function terminateAll(client: Client, prefix: string): Promise<void> {
  const query = `WorkflowId STARTS_WITH 'policy/shop/${prefix}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow.getHandle(workflowId).terminate();
  }
}
