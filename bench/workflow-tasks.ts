import type { Client } from '@temporalio/client';

export interface WorkflowTaskTrouble {
  /** One line for each task that failed or timed out. */
  readonly failed: readonly string[];
  /**
   * Number of tasks that waited so long for the worker that has the workflow in memory that Temporal offered them to
   * any worker. They did not fail, because they had not started.
   */
  readonly passedOn: number;
}

const scheduleToStart = 2; // temporal.api.enums.v1.TimeoutType

/** In the histories of all workflows. */
export async function workflowTaskTrouble(client: Client): Promise<WorkflowTaskTrouble> {
  const failed: string[] = [];
  let passedOn = 0;
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const failure = event.workflowTaskFailedEventAttributes;
      const timeout = event.workflowTaskTimedOutEventAttributes;
      if (failure) failed.push(`${workflowId}: ${failure.failure?.message ?? 'no reason'}`);
      if (Number(timeout?.timeoutType) === scheduleToStart) passedOn += 1;
      else if (timeout) failed.push(`${workflowId}: started and timed out`);
    }
  }
  return { failed, passedOn };
}
