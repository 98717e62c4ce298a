import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';
import { type PolicyView, sharedCheckQuery, sharedCheckWorkflowId } from '../workflows/messages.ts';

interface Viewed {
  readonly ref: ResourceRef;
  readonly view: PolicyView;
}

const answerLimitMs = 5_000;

/** The same policies with the last check of each, which may have been a shared one. */
export async function withSharedChecks<T extends Viewed>(
  client: Client,
  policies: readonly T[],
): Promise<T[]> {
  const shared = new Set(policies.flatMap(({ view }) => view.shared ?? []));
  const known = new Map((await Promise.all([...shared].map((id) => checksOf(client, id)))).flat());
  return policies.map((each) => {
    const { lastCheck: own = '' } = each.view;
    const lastCheck = known.get(refText(each.ref));
    if (lastCheck === undefined || lastCheck < own) return each;
    return { ...each, view: { ...each.view, lastCheck } };
  });
}

/** The time of the last check by policy. Without an answer, the state of the policies is enough. */
async function checksOf(client: Client, id: string): Promise<(readonly [string, string])[]> {
  const handle = client.workflow.getHandle(sharedCheckWorkflowId(id));
  const answer = await client
    .withDeadline(Date.now() + answerLimitMs, () => handle.query(sharedCheckQuery))
    .catch(() => undefined);
  return (answer?.members ?? []).map(({ policy, lastCheck }) => [refText(policy), lastCheck]);
}
