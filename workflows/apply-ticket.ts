import { getExternalWorkflowHandle, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { Ticket } from '../activities/contract.ts';
import { applyInSteps } from './apply-in-steps.ts';
import { samePolicy } from './claim-book.ts';
import { queueOf, type DatabaseRun } from './database-state.ts';
import type { QueuedTicket } from './queue-view.ts';
import { queueDetails } from './details.ts';
import { policyWorkflowId, settled, type Settlement } from './messages.ts';

/** Applies the ticket of one policy and sends the outcome to the policy's workflow. */
export async function applyTicket(run: DatabaseRun, ticket: QueuedTicket): Promise<void> {
  run.running = ticket;
  run.runningSince = new Date().toISOString();
  setCurrentDetails(queueDetails(queueOf(run)));
  const outcome = await outcomeOf(run, ticket);
  run.running = undefined;
  run.runningSince = undefined;
  // The next apply does not wait for this delivery.
  run.deliveries.push(sendOutcome(ticket, outcome));
}

async function outcomeOf(run: DatabaseRun, ticket: Ticket): Promise<Settlement['outcome']> {
  const claim = run.claims.find(({ policy }) => samePolicy(policy, ticket.policy));
  if (claim?.digest !== ticket.claim) return { kind: 'unclaimed' };
  return applyInSteps(run, ticket);
}

async function sendOutcome({ id, policy }: Ticket, outcome: Settlement['outcome']): Promise<void> {
  try {
    await getExternalWorkflowHandle(policyWorkflowId(policy)).signal(settled, {
      ticket: id,
      outcome,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The policy's workflow has ended: a new one checks for itself.
  }
}
