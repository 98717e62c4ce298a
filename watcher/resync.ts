import type { ResourceRef } from '../core/document/document.ts';
import type { PolicySource } from '../sources/source.ts';
import { policyWorkflowId } from '../workflows/messages.ts';
import type { PolicyWorkflows, RunningPolicy } from './policy-workflows.ts';

/** What to wake so that the workflows are those of the policies. */
export interface Resync {
  /** All there are. */
  readonly running: readonly RunningPolicy[];
  readonly declared: number;
  /** Policies whose workflow does not run, the first time all of them. */
  readonly policies: readonly ResourceRef[];
  /** Running workflows without a policy: they look, find nothing, and end. */
  readonly orphans: readonly RunningPolicy[];
}

/**
 * Compares all policies with all workflows. An orphan is told once a run, for the signal waits for it where it
 * cannot look now.
 */
export function resyncs(source: PolicySource, workflows: PolicyWorkflows): () => Promise<Resync> {
  let isFirst = true;
  let told: ReadonlySet<string> = new Set();
  return async () => {
    const running = await workflows.running();
    const policies = await source.listPolicies();
    const orphans = withoutPolicy(running, policies);
    const resync = {
      running,
      declared: policies.length,
      policies: isFirst ? policies : withoutWorkflow(policies, running),
      orphans: orphans.filter(({ runId }) => !told.has(runId)),
    };
    isFirst = false;
    told = new Set(orphans.map(({ runId }) => runId));
    return resync;
  };
}

function withoutPolicy(
  running: readonly RunningPolicy[],
  policies: readonly ResourceRef[],
): readonly RunningPolicy[] {
  const wanted = new Set(policies.map(policyWorkflowId));
  return running.filter(({ workflowId }) => !wanted.has(workflowId));
}

function withoutWorkflow(
  policies: readonly ResourceRef[],
  running: readonly RunningPolicy[],
): readonly ResourceRef[] {
  const found = new Set(running.map(({ workflowId }) => workflowId));
  return policies.filter((ref) => !found.has(policyWorkflowId(ref)));
}
