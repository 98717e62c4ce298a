import { condition, patched, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Planned, Ticket } from '../activities/contract.ts';
import type { Refused } from '../activities/outcome.ts';
import { quickly } from './activities.ts';
import { reportQueued } from './conclude.ts';
import { answerTimeout } from './delay.ts';
import { policyDetails } from './details.ts';
import type { Settlement } from './messages.ts';
import type { Differs, Pass } from './pass.ts';
import { viewOf, type PolicyRun } from './policy-state.ts';

/**
 * Queues a ticket at the server's workflow and waits for the outcome. Sends it again in case that workflow was lost.
 */
export async function applyThroughQueue(
  run: PolicyRun,
  looked: Differs,
  { line }: Planned,
): Promise<Pass> {
  const { mark, database, claim } = looked;
  run.tickets += 1;
  const id = `${workflowInfo().runId}/${run.tickets}`;
  const order = run.isForced ? ({ urgent: true } as const) : {};
  const { zone } = run.state;
  const where = zone === undefined ? {} : { zone };
  const ticket: Ticket = { id, policy: run.ref, database, claim, line, ...where, ...order };
  run.queuedSince = new Date().toISOString();
  run.doing = `queued on ${mark.server}: ${line}`;
  setCurrentDetails(policyDetails(run.ref, viewOf(run)));
  const outcome = await waitForOutcome(run, mark.server, ticket);
  run.doing = undefined;
  run.queuedSince = undefined;
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
  const wait: Wait = { ticket, summary, since: Date.now(), isReported: false };
  for (let attempt = 0; ; attempt += 1) {
    const sent = await quickly(({ submit }) => submit.executeWithOptions({ summary }, [request]));
    if (sent.kind === 'refused') return sent;
    const settlement = await awaitSettlement(run, wait, answerTimeout(attempt));
    if (settlement !== undefined) return settlement.outcome;
  }
}

interface Wait {
  readonly ticket: Ticket;
  readonly summary: string;
  readonly since: number;
  /** The status already says that the ticket is waiting. */
  isReported: boolean;
}

/** Undefined on timeout. After the policy's interval, the status says that the repair is waiting. */
async function awaitSettlement(
  run: PolicyRun,
  wait: Wait,
  limitMs: number,
): Promise<Settlement | undefined> {
  const { ticket, summary } = wait;
  const answer = () => (run.settlement?.ticket === ticket.id ? run.settlement : undefined);
  const isAnswered = () => answer() !== undefined;
  const untilReportMs = wait.since + patienceMs(run) - Date.now();
  const isReportDue = !wait.isReported && untilReportMs < limitMs && patched('queued-is-reported');
  const firstMs = isReportDue ? Math.max(1, untilReportMs) : limitMs;
  if (await condition(isAnswered, firstMs, { summary })) return answer();
  if (!isReportDue) return answer();
  wait.isReported = true;
  await reportQueued(run, { line: ticket.line, since: new Date(wait.since).toISOString() });
  await condition(isAnswered, Math.max(1, limitMs - firstMs), { summary });
  return answer();
}

const leastPatienceMs = 10_000;

/** How long a repair may wait before its policy stops being Ready. */
function patienceMs({ state: { intervalSeconds } }: PolicyRun): number {
  return Math.max(leastPatienceMs, intervalSeconds * 1_000);
}
