import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { policyChanged, policyStart, searchAttributes } from '../workflows/messages.ts';
import type { policy } from '../workflows/policy.ts';
import { quoted } from './list-filter.ts';

/** A `policy` workflow that runs now. */
export interface RunningPolicy {
  readonly workflowId: string;
  readonly runId: string;
  /** Absent where the search attributes are not registered. */
  readonly phase?: string;
}

/** The `policy` workflows of one task queue, as a watcher needs them. */
export interface PolicyWorkflows {
  /** Tells the policy's workflow to look, and starts it if it does not run. */
  wake(ref: ResourceRef): Promise<void>;
  /** Tells a workflow to look, and starts nothing. */
  signal(workflowId: string): Promise<void>;
  /** By visibility, which may be seconds behind. */
  running(): Promise<readonly RunningPolicy[]>;
}

const callLimitMs = 5_000;
const listLimitMs = 10_000;

/** Calls are limited in time, for the retries of the SDK itself would hold up what else is to be done. */
export function policyWorkflows(
  client: Client,
  taskQueue: string,
  signal: AbortSignal,
): PolicyWorkflows {
  const call = <T>(run: () => Promise<T>, limitMs = callLimitMs): Promise<T> =>
    client.withAbortSignal(signal, () => client.withDeadline(Date.now() + limitMs, run));
  return {
    wake: (ref) =>
      call(async () => {
        await client.workflow.signalWithStart<typeof policy>('policy', {
          ...policyStart(ref),
          taskQueue,
          signal: policyChanged,
          signalArgs: [],
        });
      }),
    signal: (workflowId) =>
      call(async () => {
        try {
          await client.workflow.getHandle(workflowId).signal(policyChanged);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      }),
    running: () => call(() => runningPolicies(client, taskQueue), listLimitMs),
  };
}

async function runningPolicies(client: Client, taskQueue: string): Promise<RunningPolicy[]> {
  const query = `WorkflowType = 'policy' AND ExecutionStatus = 'Running' AND TaskQueue = ${quoted(taskQueue)}`;
  const found: RunningPolicy[] = [];
  for await (const { workflowId, runId, typedSearchAttributes } of client.workflow.list({
    query,
  })) {
    const phase = typedSearchAttributes.get(searchAttributes.phase);
    found.push({ workflowId, runId, ...(phase === undefined ? {} : { phase }) });
  }
  return found;
}
