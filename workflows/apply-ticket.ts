import { getExternalWorkflowHandle, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { Ticket } from '../activities/contract.ts';
import { applyInSteps } from './apply-in-steps.ts';
import { samePolicy } from './claim-book.ts';
import { queueOf, type DatabaseRun, type QueuedTicket } from './database-state.ts';
import { queueDetails } from './details.ts';
import { policyWorkflowId, settled, type Settlement } from './messages.ts';

/** Applies for one policy and tells it what came of it. */
export async function applyTicket(run: DatabaseRun, ticket: QueuedTicket): Promise<void> {
  run.running = ticket;
  run.runningSince = new Date().toISOString();
  setCurrentDetails(queueDetails(queueOf(run)));
  const outcome = await outcomeOf(run, ticket);
  run.running = undefined;
  run.runningSince = undefined;
  // The next apply need not wait until this is delivered.
  run.deliveries.push(tell(ticket, outcome));
}

async function outcomeOf(run: DatabaseRun, ticket: Ticket): Promise<Settlement['outcome']> {
  const claim = run.claims.find(({ policy }) => samePolicy(policy, ticket.policy));
  if (claim?.digest !== ticket.claim) return { kind: 'unclaimed' };
  return applyInSteps(run, ticket);
}

async function tell({ id, policy }: Ticket, outcome: Settlement['outcome']): Promise<void> {
  try {
    await getExternalWorkflowHandle(policyWorkflowId(policy)).signal(settled, {
      ticket: id,
      outcome,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The policy's workflow ended meanwhile: a new one looks for itself.
  }
}
