import { patched, setCurrentDetails } from '@temporalio/workflow';
import type {
  ApplyOutcome,
  ApplyRequest,
  StepOutcome,
  StepsDue,
  Ticket,
} from '../activities/contract.ts';
import type { Refused } from '../activities/outcome.ts';
import { asData, fairly, priorities, writing } from './activities.ts';
import { queueOf, type DatabaseRun } from './database-state.ts';
import { queueDetails } from './details.ts';
import { zoneOptions } from './zone.ts';

/** After so many rounds, earlier releases ended the ticket here. Now the activity does. */
const roundsBefore = 5;

/** How long one ticket, including its steps, may delay the other tickets of its server. */
const ticketLimitMs = 900_000;

/**
 * Applies a ticket. If its plan cannot be one transaction, apply returns the steps that come first. Each step is an
 * activity of its own, so that a completed step is not repeated, and then apply runs again. The activity refuses when
 * steps are due too often.
 */
export async function applyInSteps(run: DatabaseRun, ticket: Ticket): Promise<ApplyOutcome> {
  let request: ApplyRequest = { server: run.server, ticket };
  let due: StepsDue | undefined;
  const deadline = Date.now() + ticketLimitMs;
  for (let round = 0; ; round += 1) {
    const isOver = round === roundsBefore && !patched('apply-counts-rounds');
    if (isOver || isPast(deadline)) return tooLong(due);
    const options = optionsFor(ticket, ticket.line, deadline);
    const outcome = await asData(
      writing.apply.executeWithOptions(options, [{ ...request, round }]),
      ticket.zone,
    );
    if (outcome.kind !== 'due') return withAll(outcome, due);
    due ??= outcome;
    const taken = await takeSteps(run, request, outcome, deadline);
    if (taken.kind !== 'done') return taken;
    request = withTaken(request, taken);
  }
}

function isPast(deadline: number): boolean {
  return Date.now() >= deadline && patched('ticket-deadline');
}

function optionsFor(ticket: Ticket, what: string, deadline: number) {
  const scheduleToCloseTimeout = Math.max(1_000, deadline - Date.now());
  const priority = fairly(priorities.finish, ticket.policy.namespace);
  const inZone = zoneOptions(ticket.zone);
  return { summary: summaryOf(ticket, what), scheduleToCloseTimeout, priority, ...inZone };
}

/** Takes the steps in order and stops at the first one that does not succeed. */
async function takeSteps(
  run: DatabaseRun,
  first: ApplyRequest,
  due: StepsDue,
  deadline: number,
): Promise<StepOutcome> {
  let request = first;
  try {
    for (const step of due.steps) {
      if (isPast(deadline)) return tooLong(due);
      run.step = step.line;
      setCurrentDetails(queueDetails(queueOf(run)));
      const options = optionsFor(request.ticket, step.line, deadline);
      const taken = await asData(
        writing.step.executeWithOptions(options, [{ ...request, step }]),
        request.ticket.zone,
      );
      if (taken.kind !== 'done') return taken;
      request = withTaken(request, taken);
    }
    return { kind: 'done', ...(request.taken !== undefined && { taken: request.taken }) };
  } finally {
    run.step = undefined;
    setCurrentDetails(queueDetails(queueOf(run)));
  }
}

/** Passes the SQL that was already committed to the next activity, so that a status shows all of it. */
function withTaken(request: ApplyRequest, { taken }: { readonly taken?: string }): ApplyRequest {
  return taken === undefined ? request : { ...request, taken };
}

function summaryOf({ policy: { namespace, name } }: Ticket, what: string): string {
  return `apply ${namespace}/${name}: ${what}`.slice(0, 190);
}

/** Reports the summary of all changes, including those made in steps. */
function withAll(outcome: ApplyOutcome, due: StepsDue | undefined): ApplyOutcome {
  if (outcome.kind !== 'applied' || due === undefined) return outcome;
  return { ...outcome, summary: due.summary, line: due.line };
}

function tooLong(due: StepsDue | undefined): Refused {
  const minutes = ticketLimitMs / 60_000;
  return {
    kind: 'refused',
    refusal: {
      code: 'DatabaseTimeout',
      message: `the changes took longer than ${minutes} minutes, so other policies go first; remaining steps: ${linesOf(due)}`,
      hint: 'Find out why the server responds slowly. Committed changes stay, and pgwarden retries the rest.',
    },
    failureClass: 'transient',
  };
}

function linesOf(due: StepsDue | undefined): string {
  return due?.steps.map(({ line }) => line).join('; ') ?? '';
}
