import type { Client } from '@temporalio/client';

/** One line for each workflow task that failed or ran out of time, in the histories of all workflows there are. */
export async function failedWorkflowTasks(client: Client): Promise<readonly string[]> {
  const failed: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const failure = event.workflowTaskFailedEventAttributes;
      const timeout = event.workflowTaskTimedOutEventAttributes;
      if (failure)
        failed.push(`${workflowId}: ${failure.failure?.message ?? String(failure.cause)}`);
      if (timeout) failed.push(`${workflowId}: timed out (${String(timeout.timeoutType)})`);
    }
  }
  return failed;
}
