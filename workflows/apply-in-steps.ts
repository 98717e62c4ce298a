import { setCurrentDetails } from '@temporalio/workflow';
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

/**
 * Applies a ticket. Where its plan cannot be one transaction, apply says which steps come first: each is an activity
 * of its own, so that one that was taken stays taken, and apply is asked again.
 */
export async function applyInSteps(run: DatabaseRun, ticket: Ticket): Promise<ApplyOutcome> {
  let request: ApplyRequest = { server: run.server, ticket };
  let due: StepsDue | undefined;
  for (let round = 0; round < mostRounds; round += 1) {
    const summary = summaryOf(ticket, ticket.line);
    const outcome = await asData(writing.apply.executeWithOptions({ summary }, [request]));
    if (outcome.kind !== 'due') return withAll(outcome, due);
    due ??= outcome;
    const taken = await takeSteps(run, request, outcome);
    if (taken.kind !== 'done') return taken;
    request = withTaken(request, taken);
  }
  return endless(due);
}

/** The first that does not succeed ends it. */
async function takeSteps(
  run: DatabaseRun,
  first: ApplyRequest,
  { steps }: StepsDue,
): Promise<StepOutcome> {
  let request = first;
  try {
    for (const step of steps) {
      run.step = step.line;
      setCurrentDetails(queueDetails(queueOf(run)));
      const summary = summaryOf(request.ticket, step.line);
      const taken = await asData(
        writing.step.executeWithOptions({ summary }, [{ ...request, step }]),
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

function endless(due: StepsDue | undefined): Refused {
  const lines = due?.steps.map(({ line }) => line).join('; ') ?? '';
  return {
    kind: 'refused',
    refusal: {
      code: 'LockContention',
      message: `still to be done after ${mostRounds} attempts: ${lines}`,
      hint: 'Something undoes it as fast as it is done; this is tried again within seconds.',
    },
    failureClass: 'contention',
  };
}
