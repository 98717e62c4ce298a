import { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ResourceRef } from '../core/document/document.ts';
import { conclude } from './conclude.ts';
import { durationText, nextDelay } from './delay.ts';
import { policyDetails } from './details.ts';
import * as messages from './messages.ts';
import { initialState, newRun, viewOf, type PolicyRun, type PolicyState } from './policy-state.ts';
import { reconcileOnce } from './reconcile.ts';

/** Keeps one database equal to its policy, until the policy is deleted. It never fails of what users can mend. */
export async function policy(ref: ResourceRef, state: PolicyState = initialState): Promise<void> {
  const run = newRun(ref, state);
  listen(run);
  for (;;) {
    const woken = run.changed;
    run.changed = false;
    const wanted = run.forced;
    const result = await reconcileOnce(run, { force: wanted > run.done, woken });
    await conclude(run, result);
    run.done = wanted;
    if (result.kind === 'gone') {
      await condition(() => allHandlersFinished() || asked(run));
      if (!asked(run)) return;
    } else {
      await continueIfLong(run);
      await sleepUntilAsked(run);
    }
  }
}

/** Handlers only note what happened: the loop is the one place where anything is done. */
function listen(run: PolicyRun): void {
  setHandler(messages.policyChanged, () => {
    run.changed = true;
  });
  setHandler(messages.reconcile, () => {
    run.forced += 1;
  });
  setHandler(messages.settled, (settlement) => {
    run.settlement = settlement;
  });
  setHandler(messages.claimAnswered, (answer) => {
    // Refused and granted soon after: the two answers may come the other way round.
    const isLate = !answer.held && run.answer?.held === true && run.answer.digest === answer.digest;
    if (!isLate) run.answer = answer;
    if (!answer.held && answer.evicted === true) noteEviction(run, answer);
    // A claim refused earlier is now granted.
    if (answer.held && run.state.claim?.held === false) run.changed = true;
  });
  setHandler(messages.stateQuery, () => viewOf(run));
  listenForUpdates(run);
}

/** A policy with the rights claimed the same: the next pass claims again, and is refused, or claims what is left. */
function noteEviction(run: PolicyRun, { server, digest }: messages.ClaimAnswer): void {
  const { claim } = run.state;
  if (claim?.held !== true || claim.server !== server || claim.digest !== digest) return;
  run.state = { ...run.state, claim: { ...claim, held: false } };
  run.forced += 1;
}

const mostWaiting = 8;

function listenForUpdates(run: PolicyRun): void {
  let waiting = 0;
  const reconcileNow = async () => {
    waiting += 1;
    run.forced += 1;
    const mine = run.forced;
    try {
      await condition(() => run.done >= mine);
      return run.outcome;
    } finally {
      waiting -= 1;
    }
  };
  const validator = () => {
    if (waiting < mostWaiting) return;
    throw ApplicationFailure.nonRetryable('too many callers wait for a reconcile', 'Busy');
  };
  setHandler(messages.reconcileNow, reconcileNow, { validator, description: 'Reconcile now' });
}

function asked({ changed, forced, done }: PolicyRun): boolean {
  return changed || forced > done;
}

const historyLimit = 1_000;

/** Everything a handler noted is in the state passed on, or makes the new run's first look pointless to miss. */
async function continueIfLong(run: PolicyRun): Promise<void> {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  if (!continueAsNewSuggested && historyLength <= (run.state.historyLimit ?? historyLimit)) return;
  await condition(() => allHandlersFinished() || run.forced > run.done);
  if (!allHandlersFinished()) return;
  const forced = run.forced > run.done;
  await continueAsNew<typeof policy>(run.ref, { ...run.state, forced });
}

async function sleepUntilAsked(run: PolicyRun): Promise<void> {
  if (asked(run)) return;
  const delay = nextDelay(run.state);
  run.nextCheck = new Date(Date.now() + delay).toISOString();
  setCurrentDetails(policyDetails(run.ref, viewOf(run)));
  await condition(() => asked(run), delay, { summary: `next check in ${durationText(delay)}` });
  run.nextCheck = undefined;
}
