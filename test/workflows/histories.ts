import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../setup/servers.ts';

export interface Recorded {
  readonly workflowId: string;
  readonly history: proto.temporal.api.history.v1.IHistory;
}

/** What went wrong when the current workflows repeat these histories. */
export async function replay(
  recorded: readonly Recorded[],
  dataConverter: DataConverter = {},
): Promise<readonly string[]> {
  const options = { workflowBundle: { codePath: await workflowBundlePath() }, dataConverter };
  const failed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(options, recorded)) {
    if (error !== undefined) failed.push(`${workflowId}: ${error.message}`);
  }
  return failed;
}

/** The histories of all workflows that the server lists. */
export async function liveHistories({ workflow }: Client): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    recorded.push({ workflowId, history });
  }
  return recorded;
}
