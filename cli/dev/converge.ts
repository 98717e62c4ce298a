import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ResourceRef } from '../../core/document.ts';
import { failureClass } from '../../core/error-codes.ts';
import { Refusal } from '../../core/refusal.ts';
import { step } from '../../embedded/progress.ts';
import { mapLimited } from '../../sources/directory/map-limited.ts';
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

const patience = { once: 30_000, staying: 5_000 };
const atOnce = 50;

/** Has every policy reconciled, and shows how far it is. */
export async function convergeAll(
  { client, source }: Session,
  once: boolean,
): Promise<readonly Converged[]> {
  const refs = await source.listPolicies();
  if (refs.length === 0) return [];
  let done = 0;
  return step(`Reconciling ${counted(refs.length, 'policy', 'policies')}`, (report) =>
    mapLimited(refs, atOnce, async (ref) => {
      const converged = await converge(client, ref, once ? patience.once : patience.staying);
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
  const message = `${counted(failed.length, 'policy', 'policies')} of ${String(policies.length)} did not converge; first: ${first.message}`;
  return new Refusal(first.code, message, first.hint, details);
}

function noPolicy(directory: string): Refusal {
  const hint = 'Name a directory with at least one PostgresPolicy.';
  return new Refusal('PolicyNotFound', `${directory} holds no PostgresPolicy`, hint);
}

/**
 * Has a policy reconciled until nothing is left to do, or until what stands against it will not go by itself.
 * Trouble that may pass, such as a server that is just starting, is given `patienceMs`.
 */
async function converge(client: Client, ref: ResourceRef, patienceMs: number): Promise<Converged> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const outcome = await reconcileWhenThere(client, ref);
    if (!mayPass(outcome) || Date.now() > deadline) return { ref, outcome };
    await sleep(retryMs);
  }
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

function mayPass({ error }: ReconcileOutcome): boolean {
  return error !== undefined && failureClass(error.code) !== 'refused';
}
