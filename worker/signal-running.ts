import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';

/** Sends a signal. Does nothing if the workflow does not run. */
export async function signalRunning(
  handle: WorkflowHandle,
  ...signal: Parameters<WorkflowHandle['signal']>
): Promise<void> {
  try {
    await handle.signal(...signal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
