import { condition, workflowInfo } from '@temporalio/workflow';
import type { Planned, Refused, Ticket } from '../activities/contract.ts';
import { quickly } from './activities.ts';
import { answerTimeout } from './delay.ts';
import type { Settlement } from './messages.ts';
import type { Differs, Pass } from './pass.ts';
import type { PolicyRun } from './policy-state.ts';

/** Has the server's workflow apply, and waits for the outcome. Asks again in case that workflow was lost. */
export async function applyThroughQueue(
  run: PolicyRun,
  looked: Differs,
  { line }: Planned,
): Promise<Pass> {
  const { mark, database, claim } = looked;
  run.tickets += 1;
  const id = `${workflowInfo().runId}/${run.tickets}`;
  const ticket: Ticket = { id, policy: run.ref, database, claim, line };
  run.doing = `queued on ${mark.server}: ${line}`;
  const outcome = await waitForOutcome(run, mark.server, ticket);
  run.doing = undefined;
  if (outcome.kind === 'applied') run.state = { ...run.state, mark: outcome.mark };
  if (outcome.kind !== 'unclaimed') return outcome;
  run.state = { ...run.state, claim: undefined };
  return { kind: 'stale', why: 'the claim was lost' };
}

async function waitForOutcome(
  run: PolicyRun,
  server: string,
  ticket: Ticket,
): Promise<Settlement['outcome'] | Refused> {
  const summary = `queued on ${ticket.database}`;
  const request = { server, ticket };
  for (let attempt = 0; ; attempt += 1) {
    const sent = await quickly(({ submit }) => submit.executeWithOptions({ summary }, [request]));
    if (sent.kind === 'refused') return sent;
    const answer = () => (run.settlement?.ticket === ticket.id ? run.settlement : undefined);
    await condition(() => answer() !== undefined, answerTimeout(attempt), { summary });
    const settlement = answer();
    if (settlement !== undefined) return settlement.outcome;
  }
}
