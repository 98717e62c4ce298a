import proto from '@temporalio/proto';
import type { Client } from '@temporalio/client';
import type { Activities } from '../activities/contract.ts';
import type { Zones } from '../activities/deps.ts';
import { defaultZone } from '../core/manifest/zone.ts';
import { zoneTaskQueue } from '../workflows/messages.ts';

/** Zones of a worker: one, or every zone for a process that is the only one. */
export type WorkerZone = { readonly zone: string } | 'every';

const askMs = 2_000;

export const ofActivities = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** Asks Temporal which zones have workers. Temporal forgets a worker five minutes after its last poll. */
export function zonesOf(own: WorkerZone, client: Client, taskQueue: string): Zones {
  return {
    includes: (zone) => own === 'every' || own.zone === zone,
    async isServed(zone) {
      try {
        const { pollers } = await client.connection.withDeadline(Date.now() + askMs, () =>
          client.workflowService.describeTaskQueue({
            namespace: client.options.namespace,
            taskQueue: { name: zoneTaskQueue(taskQueue, zone) },
            taskQueueType: ofActivities,
          }),
        );
        return pollers.length > 0;
      } catch {
        // A restricted cluster may deny this request. The check then waits for a worker.
        return true;
      }
    },
  };
}

/** The queue that a worker polls, and that of workflows if it has no zone. */
export function queueOf(own: WorkerZone, taskQueue: string): string {
  return runsWorkflows(own) ? taskQueue : zoneTaskQueue(taskQueue, own.zone);
}

/** Whether the worker runs workflows: one with a zone only enters its databases. */
export function runsWorkflows(own: WorkerZone): own is 'every' | { readonly zone: 'default' } {
  return own === 'every' || own.zone === defaultZone;
}

const entering: ReadonlySet<string> = new Set(['check', 'checkTogether', 'diff', 'apply', 'step']);

/** The activities that enter a database. All others need only Temporal and the source of the policies. */
export function inDatabases(activities: Activities): Partial<Activities> {
  return Object.fromEntries(Object.entries(activities).filter(([name]) => entering.has(name)));
}
