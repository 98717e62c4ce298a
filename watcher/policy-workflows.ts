import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { policyChanged, policyStart, searchAttributes } from '../workflows/messages.ts';
import type { policy } from '../workflows/policy.ts';
import { quoted } from './list-filter.ts';

/** A running `policy` workflow. */
export interface RunningPolicy {
  readonly workflowId: string;
  readonly runId: string;
  /** Absent if the search attributes are not registered. */
  readonly phase?: string;
}

/** The watcher's access to the `policy` workflows of one task queue. */
export interface PolicyWorkflows {
  /** Signals the policy's workflow to check, and starts it if it does not run. */
  wake(ref: ResourceRef): Promise<void>;
  /** Signals a workflow to check, without starting it. */
  signal(workflowId: string): Promise<void>;
  /** Lists running workflows from visibility, which may lag by seconds. */
  running(): Promise<readonly RunningPolicy[]>;
}

const callLimitMs = 5_000;
const listLimitMs = 10_000;

/** Each call has a time limit, because the retries of the SDK would delay other tasks. */
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
