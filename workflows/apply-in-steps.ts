import { patched, setCurrentDetails } from '@temporalio/workflow';
import type {
  ApplyOutcome,
  ApplyRequest,
  Refused,
  StepOutcome,
  StepsDue,
  Ticket,
} from '../activities/contract.ts';
import { asData, writing } from './activities.ts';
import { queueOf, type DatabaseRun } from './database-state.ts';
import { queueDetails } from './details.ts';

const mostRounds = 5;

/** One ticket may keep the others of its server waiting for this long, steps and all. */
const ticketLimitMs = 900_000;

/**
 * Applies a ticket. Where its plan cannot be one transaction, apply says which steps come first: each is an activity
 * of its own, so that one that was taken stays taken, and apply is asked again.
 */
export async function applyInSteps(run: DatabaseRun, ticket: Ticket): Promise<ApplyOutcome> {
  let request: ApplyRequest = { server: run.server, ticket };
  let due: StepsDue | undefined;
  const deadline = Date.now() + ticketLimitMs;
  for (let round = 0; round < mostRounds; round += 1) {
    if (isPast(deadline)) return tooLong(due);
    const options = optionsFor(ticket, ticket.line, deadline);
    const outcome = await asData(writing.apply.executeWithOptions(options, [request]));
    if (outcome.kind !== 'due') return withAll(outcome, due);
    due ??= outcome;
    const taken = await takeSteps(run, request, outcome, deadline);
    if (taken.kind !== 'done') return taken;
    request = withTaken(request, taken);
  }
  return endless(due);
}

function isPast(deadline: number): boolean {
  return Date.now() >= deadline && patched('ticket-deadline');
}

function optionsFor(ticket: Ticket, what: string, deadline: number) {
  const scheduleToCloseTimeout = Math.max(1_000, deadline - Date.now());
  return { summary: summaryOf(ticket, what), scheduleToCloseTimeout };
}

/** The first that does not succeed ends it. */
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
      const taken = await asData(writing.step.executeWithOptions(options, [{ ...request, step }]));
      if (taken.kind !== 'done') return taken;
      request = withTaken(request, taken);
    }
    return { kind: 'done', ...(request.taken !== undefined && { taken: request.taken }) };
  } finally {
    run.step = undefined;
    setCurrentDetails(queueDetails(queueOf(run)));
  }
}

/** Each activity is told what was committed before it, so that a status shows all of it. */
function withTaken(request: ApplyRequest, { taken }: { readonly taken?: string }): ApplyRequest {
  return taken === undefined ? request : { ...request, taken };
}

function summaryOf({ policy: { namespace, name } }: Ticket, what: string): string {
  return `apply ${namespace}/${name}: ${what}`.slice(0, 190);
}

/** What was done in steps counts with what was left of it in the end. */
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
      message: `the changes took longer than ${minutes} minutes, so others go on first; still to be done: ${linesOf(due)}`,
      hint: 'What was committed stays, and the rest is tried again. Find out why the server answers slowly.',
    },
    failureClass: 'transient',
  };
}

function linesOf(due: StepsDue | undefined): string {
  return due?.steps.map(({ line }) => line).join('; ') ?? '';
}

function endless(due: StepsDue | undefined): Refused {
  return {
    kind: 'refused',
    refusal: {
      code: 'LockContention',
      message: `still to be done after ${mostRounds} attempts: ${linesOf(due)}`,
      hint: 'Something undoes it as fast as it is done; this is tried again within seconds.',
    },
    failureClass: 'contention',
  };
}
