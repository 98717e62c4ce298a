import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { temporalAddress, workflowBundlePath } from './servers.ts';

/** What one test file needs of Temporal. `close` it in `afterAll`, or jest does not end. */
export interface TestTemporal {
  readonly client: Client;
  /** A worker with our workflows on a task queue of its own, not running yet: `worker.runUntil(...)`. */
  readonly createWorker: (taskQueue: string, activities: object) => Promise<Worker>;
  readonly close: () => Promise<void>;
}

/** Connect this test file to the shared Temporal server. At most once a file: the runtime is per process. */
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
