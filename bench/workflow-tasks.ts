import type { Client } from '@temporalio/client';

export interface WorkflowTaskTrouble {
  /** One line for each that failed, or was begun and not ended in time. */
  readonly failed: readonly string[];
  /** How many waited so long for the worker that has the workflow in memory that any was asked. No failure: it was not begun. */
  readonly passedOn: number;
}

const scheduleToStart = 2; // temporal.api.enums.v1.TimeoutType

/** In the histories of all workflows there are. */
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
      else if (timeout) failed.push(`${workflowId}: begun and not ended in time`);
    }
  }
  return { failed, passedOn };
}
