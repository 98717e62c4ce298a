import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';
import type { PolicyView, QueueView } from '../workflows/messages.ts';
import { databaseWorkflowId, queueQuery } from '../workflows/messages.ts';
import { clockTimeOf } from './clock.ts';

const answerLimitMs = 5_000;

/** Since when a policy's changes wait for their turn on the server, or are applied. Undefined when they do not. */
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
    .catch(() => undefined); // what the policy's own workflow says is enough
  return `${refText(ref)}: ${placeIn(queue, ref, queuedSince)}\n`;
}

/** Other policies of the server are counted and not named: they may be of other tenants. */
function placeIn(queue: QueueView | undefined, ref: ResourceRef, since: string): string {
  const isOwn = ({ policy }: { readonly policy: ResourceRef }) => refText(policy) === refText(ref);
  const { running, runningSince } = queue ?? {};
  if (running !== undefined && isOwn(running))
    return `its changes are applied since ${clockTimeOf(runningSince)}`;
  const waits = `its changes wait for their turn on the server since ${clockTimeOf(since)}`;
  const before = (queue?.queue ?? []).findIndex(isOwn);
  if (running === undefined || before < 0) return waits;
  const others = before === 0 ? '' : `, and ${String(before)} came earlier`;
  return `${waits}; another policy's are applied since ${clockTimeOf(runningSince)}${others}`;
}
