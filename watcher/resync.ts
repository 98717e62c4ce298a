import type { ResourceRef } from '../core/document/document.ts';
import type { PolicySource } from '../sources/source.ts';
import { policyWorkflowId } from '../workflows/messages.ts';
import type { PolicyWorkflows, RunningPolicy } from './policy-workflows.ts';

/** The policies and workflows to signal so that every policy has a workflow, and only policies have one. */
export interface Resync {
  /** All running policy workflows. */
  readonly running: readonly RunningPolicy[];
  readonly declared: number;
  /** Policies whose workflow does not run; the first time all policies. */
  readonly policies: readonly ResourceRef[];
  /** Running workflows without a policy. They check, find no policy, and end. */
  readonly orphans: readonly RunningPolicy[];
}

/**
 * Compares all policies with all workflows. An orphan gets one signal per run, because the signal stays queued until
 * the workflow can check.
 */
export function resyncs(source: PolicySource, workflows: PolicyWorkflows): () => Promise<Resync> {
  let isFirst = true;
  let signalled: ReadonlySet<string> = new Set();
  return async () => {
    const running = await workflows.running();
    const policies = await source.listPolicies();
    const orphans = orphansAmong(running, policies);
    const resync = {
      running,
      declared: policies.length,
      policies: isFirst ? policies : policiesWithoutWorkflow(policies, running),
      orphans: orphans.filter(({ runId }) => !signalled.has(runId)),
    };
    isFirst = false;
    signalled = new Set(orphans.map(({ runId }) => runId));
    return resync;
  };
}

function orphansAmong(
  running: readonly RunningPolicy[],
  policies: readonly ResourceRef[],
): readonly RunningPolicy[] {
  const wanted = new Set(policies.map(policyWorkflowId));
  return running.filter(({ workflowId }) => !wanted.has(workflowId));
}

function policiesWithoutWorkflow(
  policies: readonly ResourceRef[],
  running: readonly RunningPolicy[],
): readonly ResourceRef[] {
  const found = new Set(running.map(({ workflowId }) => workflowId));
  return policies.filter((ref) => !found.has(policyWorkflowId(ref)));
}
