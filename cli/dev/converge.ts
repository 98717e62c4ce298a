import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ResourceRef } from '../../core/document/document.ts';
import { failureClass } from '../../core/error-codes.ts';
import { Refusal } from '../../core/refusal.ts';
import { step } from '../../embedded/progress.ts';
import { mapLimited } from '../../core/map-limited.ts';
import { refText } from '../../sources/resource-name.ts';
import type { ReconcileOutcome } from '../../workflows/messages.ts';
import { policyWorkflowId, reconcileNow } from '../../workflows/messages.ts';
import { counted } from '../counted.ts';
import type { Session } from './set-up.ts';

/** A policy and the outcome of its reconciliation. */
export interface Converged {
  readonly ref: ResourceRef;
  readonly outcome: ReconcileOutcome;
}

const retryMs = 1_000;
const workflowStartMs = 100;
const workflowPatienceMs = 20_000;

const patienceMs = { once: 30_000, staying: 5_000 };
const atOnce = 50;

/** Reconciles every policy, and shows the progress. */
export async function convergeAll(
  { client, source }: Session,
  once: boolean,
): Promise<readonly Converged[]> {
  const refs = [...(await source.listPolicies())].sort(byName);
  if (refs.length === 0) return [];
  let done = 0;
  return step(`Reconciling ${counted(refs.length, 'policy', 'policies')}`, (report) =>
    mapLimited(refs, atOnce, async (ref) => {
      const converged = await converge(client, ref, once ? patienceMs.once : patienceMs.staying);
      done += 1;
      report(`${String(done)} done`);
      return converged;
    }),
  );
}

/** One refusal that names every failed policy and every file with a problem; undefined if there are none. */
export async function refusalOfUnconverged(
  { source, directory }: Session,
  policies: readonly Converged[],
): Promise<Refusal | undefined> {
  if (policies.length === 0) return noPolicy(directory);
  const failed = policies.flatMap(({ ref, outcome: { error } }) =>
    error === undefined ? [] : [{ ...error, message: `${refText(ref)}: ${error.message}` }],
  );
  const problems = [...failed, ...(await source.problems())];
  const [first] = problems;
  if (first === undefined) return undefined;
  if (problems.length === 1) return new Refusal(first.code, first.message, first.hint);
  const details = problems.map(({ code, message }) => `${code}: ${message}`);
  return new Refusal(first.code, failureMessage(policies), first.hint, details);
}

function failureMessage(policies: readonly Converged[]): string {
  const names = policies.flatMap(({ ref, outcome: { error } }) =>
    error === undefined ? [] : [refText(ref)],
  );
  if (names.length === 0) return 'every policy converged, but files have problems';
  return `${String(names.length)} of ${counted(policies.length, 'policy', 'policies')} did not converge: ${names.join(', ')}`;
}

function noPolicy(directory: string): Refusal {
  const hint = 'Name a directory with at least one PostgresPolicy.';
  return new Refusal('PolicyNotFound', `${directory} contains no PostgresPolicy`, hint);
}

/**
 * Reconciles a policy until it succeeds or fails for good. Retries transient failures, such as a server that is still
 * starting, for `transientPatienceMs`.
 */
async function converge(
  client: Client,
  ref: ResourceRef,
  transientPatienceMs: number,
): Promise<Converged> {
  const startedAt = Date.now();
  for (;;) {
    const outcome = await reconcileWhenStarted(client, ref);
    const patience = patienceWith(outcome, transientPatienceMs);
    if (Date.now() - startedAt >= patience) return { ref, outcome };
    await sleep(retryMs);
  }
}

const conflictPatienceMs = 3_000;

/** A conflict can end by itself when the other policy is being deleted; other refusals cannot. */
function patienceWith({ error }: ReconcileOutcome, transientPatienceMs: number): number {
  if (error === undefined) return 0;
  if (error.code === 'ConflictingPolicy') return conflictPatienceMs;
  return failureClass(error.code) === 'refused' ? 0 : transientPatienceMs;
}

/** Waits until the watcher has started the workflow. Reports `Gone` if the policy was deleted meanwhile. */
async function reconcileWhenStarted(client: Client, ref: ResourceRef): Promise<ReconcileOutcome> {
  const deadline = Date.now() + workflowPatienceMs;
  for (;;) {
    try {
      return await client.workflow.getHandle(policyWorkflowId(ref)).executeUpdate(reconcileNow);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      if (Date.now() > deadline) return { phase: 'Gone', changes: 0, line: 'no changes' };
      await sleep(workflowStartMs);
    }
  }
}

function byName(left: ResourceRef, right: ResourceRef): number {
  return refText(left) < refText(right) ? -1 : 1;
}
