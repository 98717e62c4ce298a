import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { temporalAddress, workflowBundlePath } from './servers.ts';

/** The Temporal connections of one test file. `close` it in `afterAll`, or jest does not end. */
export interface TestTemporal {
  readonly client: Client;
  /** A worker with pgwarden's workflows on a separate task queue, not running yet: `worker.runUntil(...)`. */
  readonly createWorker: (taskQueue: string, activities: object) => Promise<Worker>;
  readonly close: () => Promise<void>;
}

/**
 * Connects this test file to the shared Temporal server. Call it at most once per file, because the runtime belongs to
 * the process.
 */
export async function connectTemporal(): Promise<TestTemporal> {
  const address = await temporalAddress();
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  return {
    client: new Client({ connection }),
    async createWorker(taskQueue, activities) {
      const workflowBundle = { codePath: await workflowBundlePath() };
      return Worker.create({ connection: native, taskQueue, activities, workflowBundle });
    },
    async close() {
      await connection.close();
      await native.close();
      await Runtime.instance().shutdown();
    },
  };
}
