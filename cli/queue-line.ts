import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';
import { type PolicyView, databaseWorkflowId, queueQuery } from '../workflows/messages.ts';
import type { QueueView } from '../workflows/queue-view.ts';
import { clockTimeOf } from './clock.ts';

const answerLimitMs = 5_000;

/** Says since when changes of a policy have been queued or applied. Undefined if there are none. */
export async function queueLine(
  client: Client,
  ref: ResourceRef,
  { database = '', queuedSince }: PolicyView,
): Promise<string | undefined> {
  if (queuedSince === undefined) return undefined;
  const server = database.slice(0, database.indexOf('/'));
  const handle = client.workflow.getHandle(databaseWorkflowId(server));
  const queue = await client
    .withDeadline(Date.now() + answerLimitMs, () => handle.query(queueQuery))
    .catch(() => undefined); // The state of the policy workflow is enough.
  return `${refText(ref)}: ${placeIn(queue, ref, queuedSince)}\n`;
}

/** Counts other policies of the server without their names, because they can belong to other tenants. */
function placeIn(queue: QueueView | undefined, ref: ResourceRef, since: string): string {
  const isOwn = ({ policy }: { readonly policy: ResourceRef }) => refText(policy) === refText(ref);
  const { running, runningSince } = queue ?? {};
  if (running !== undefined && isOwn(running))
    return `pgwarden has been applying its changes since ${clockTimeOf(runningSince)}`;
  const waits = `its changes have been queued on the server since ${clockTimeOf(since)}`;
  const before = (queue?.queue ?? []).findIndex(isOwn);
  if (running === undefined || before < 0) return waits;
  const others = before === 0 ? '' : `, and ${String(before)} more are ahead in the queue`;
  return `${waits}; changes of another policy have been running since ${clockTimeOf(runningSince)}${others}`;
}
