import type { Client } from '@temporalio/client';
import type { SharedChecks } from '../activities/deps.ts';
import {
  joinSharedCheck,
  leaveSharedCheck,
  sharedCheckStart,
  sharedCheckWorkflowId,
} from '../workflows/messages.ts';
import { signalRunning } from './signal-running.ts';

/** Signals the workflows of shared checks, and starts those that do not run. */
export function sharedChecks(client: Client, taskQueue: string): SharedChecks {
  return {
    async join(id, member) {
      await client.workflow.signalWithStart('sharedCheck', {
        ...sharedCheckStart(id, member.check.ref.namespace),
        taskQueue,
        signal: joinSharedCheck,
        signalArgs: [member],
      });
    },
    async leave(id, policy) {
      const handle = client.workflow.getHandle(sharedCheckWorkflowId(id));
      await signalRunning(handle, leaveSharedCheck, policy);
    },
  };
}
