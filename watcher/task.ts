import type { ResourceRef } from '../core/document/document.ts';
import type { SourceChange } from '../sources/source.ts';
import { policyWorkflowId } from '../workflows/messages.ts';
import type { RunningPolicy } from './policy-workflows.ts';

/** A task for the watcher. It names what to check, not what changed. */
export type Task =
  | SourceChange
  | { readonly kind: 'orphan'; readonly workflow: RunningPolicy }
  | { readonly kind: 'resync' };

export const newTask = {
  policy: (ref: ResourceRef): Task => ({ kind: 'policy', ref }),
  orphan: (workflow: RunningPolicy): Task => ({ kind: 'orphan', workflow }),
  resync: { kind: 'resync' } satisfies Task,
};

/** The same for tasks that count as one. */
export function taskName(task: Task): string {
  switch (task.kind) {
    case 'policy':
      return policyWorkflowId(task.ref);
    case 'secret':
      return `secret/${task.ref.namespace}/${task.ref.name}`;
    case 'orphan':
      return `orphan/${task.workflow.workflowId}`;
    case 'resync':
      return 'resync';
  }
}
