import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../core/document/document.ts';
import { refText } from '../sources/resource-name.ts';
import { quoted } from '../watcher/list-filter.ts';
import { policyWorkflowId } from '../workflows/messages.ts';

/** The policies with a workflow, in one namespace or all, sorted by name. Temporal's visibility store can lag by seconds. */
export async function runningPolicies(
  client: Client,
  namespace: string | undefined,
): Promise<readonly ResourceRef[]> {
  const query = `WorkflowType = 'policy' AND ExecutionStatus = 'Running' AND ${idFilter(namespace)}`;
  const refs: ResourceRef[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) refs.push(refIn(workflowId));
  return refs.sort((left, right) => (refText(left) < refText(right) ? -1 : 1));
}

function idFilter(namespace: string | undefined): string {
  const first = policyWorkflowId({ namespace: namespace ?? '', name: '' });
  // Without a namespace, the prefix ends before it: `policy/`.
  const prefix = namespace === undefined ? first.slice(0, first.indexOf('/') + 1) : first;
  return `WorkflowId STARTS_WITH ${quoted(prefix)}`;
}

function refIn(workflowId: string): ResourceRef {
  const [, namespace = '', name = ''] = workflowId.split('/');
  return { namespace, name };
}
