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

/** A policy, and how far it came. */
export interface Converged {
  readonly ref: ResourceRef;
  readonly outcome: ReconcileOutcome;
}

const retryMs = 1_000;
const workflowStartMs = 100;
const workflowPatienceMs = 20_000;

const patienceMs = { once: 30_000, staying: 5_000 };
const atOnce = 50;

/** Has every policy reconciled, and shows how far it is. */
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

/** One refusal that names every policy and every file that is not as it should be; undefined without any. */
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
  return new Refusal(first.code, verdictOn(policies), first.hint, details);
}

function verdictOn(policies: readonly Converged[]): string {
  const names = policies.flatMap(({ ref, outcome: { error } }) =>
    error === undefined ? [] : [refText(ref)],
  );
  if (names.length === 0) return 'every policy converged, but files have problems';
  return `${String(names.length)} of ${counted(policies.length, 'policy', 'policies')} did not converge: ${names.join(', ')}`;
}

function noPolicy(directory: string): Refusal {
  const hint = 'Name a directory with at least one PostgresPolicy.';
  return new Refusal('PolicyNotFound', `${directory} holds no PostgresPolicy`, hint);
}

/**
 * Has a policy reconciled until nothing is left to do, or until what stands against it will not go by itself.
 * Trouble that may pass, such as a server that is just starting, is given `transientPatienceMs`.
 */
async function converge(
  client: Client,
  ref: ResourceRef,
  transientPatienceMs: number,
): Promise<Converged> {
  const startedAt = Date.now();
  for (;;) {
    const outcome = await reconcileWhenThere(client, ref);
    const patience = patienceWith(outcome, transientPatienceMs);
    if (Date.now() - startedAt >= patience) return { ref, outcome };
    await sleep(retryMs);
  }
}

const conflictPatienceMs = 3_000;

/** A conflict may be with a policy that is just being taken down; other refusals do not pass by themselves. */
function patienceWith({ error }: ReconcileOutcome, transientPatienceMs: number): number {
  if (error === undefined) return 0;
  if (error.code === 'ConflictingPolicy') return conflictPatienceMs;
  return failureClass(error.code) === 'refused' ? 0 : transientPatienceMs;
}

/** The watcher starts the workflow, unless the policy went away meanwhile. */
async function reconcileWhenThere(client: Client, ref: ResourceRef): Promise<ReconcileOutcome> {
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
