import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { DatabaseWorkflows } from '../activities/deps.ts';
import {
  claim,
  claimQuery,
  databaseStart,
  databaseWorkflowId,
  enqueue,
  release,
} from '../workflows/messages.ts';
import { signalRunning } from './signal-running.ts';

/** Signals the workflows of servers, and starts those that do not run. */
export function databaseWorkflows(client: Client, taskQueue: string): DatabaseWorkflows {
  return {
    async claim(server, claimed) {
      await client.workflow.signalWithStart('database', {
        ...databaseStart(server),
        taskQueue,
        signal: claim,
        signalArgs: [claimed],
      });
    },
    async enqueue(server, ticket) {
      await client.workflow.signalWithStart('database', {
        ...databaseStart(server),
        taskQueue,
        signal: enqueue,
        signalArgs: [ticket],
      });
    },
    async release(server, policy) {
      const handle = client.workflow.getHandle(databaseWorkflowId(server));
      await signalRunning(handle, release, policy);
    },
    async claimOf(server, policy) {
      const handle = client.workflow.getHandle(databaseWorkflowId(server));
      try {
        // A closed workflow also answers queries, with its last state.
        const { runId, status } = await handle.describe();
        if (status.name !== 'RUNNING') return undefined;
        const its = client.workflow.getHandle(databaseWorkflowId(server), runId);
        const claimed = await its.query(claimQuery, policy);
        return claimed === null ? {} : { claim: claimed };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
  };
}
