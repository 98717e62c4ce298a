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
import { durationText, nextDelay, ownCheckDelay } from './delay.ts';
import { policyDetails } from './details.ts';
import * as messages from './messages.ts';
import { initialState, newRun, viewOf, type PolicyRun, type PolicyState } from './policy-state.ts';
import { reconcileOnce } from './reconcile.ts';
import { shareChecks } from './share-checks.ts';

/**
 * Reconciles one database with its policy until the policy is deleted. It never fails because of an error that users
 * can fix.
 */
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
      await condition(() => allHandlersFinished() || isWoken(run));
      if (!isWoken(run)) return;
    } else {
      await continueIfLong(run);
      await sleepUntilWoken(run);
    }
  }
}

/** Handlers only record what happened: all work is done in the loop. */
function listen(run: PolicyRun): void {
  setHandler(messages.policyChanged, () => {
    run.changed = true;
  });
  setHandler(messages.reconcile, () => {
    run.forced += 1;
  });
  setHandler(messages.checkAlone, () => {
    run.state = { ...run.state, shared: undefined, joined: undefined };
    run.changed = true;
  });
  setHandler(messages.settled, (settlement) => {
    run.settlement = settlement;
  });
  setHandler(messages.claimAnswered, (answer) => {
    // A refusal and the grant that follows it may arrive in the wrong order.
    const isLate = !answer.held && run.answer?.held === true && run.answer.digest === answer.digest;
    if (!isLate) run.answer = answer;
    if (!answer.held && answer.evicted === true) noteEviction(run, answer);
    // A claim that was refused earlier is now granted.
    if (answer.held && run.state.claim?.held === false) run.changed = true;
  });
  setHandler(messages.stateQuery, () => viewOf(run));
  listenForUpdates(run);
}

/**
 * A policy with proven rights took this claim. The next pass claims again and is refused, or claims what it still can.
 */
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
    throw ApplicationFailure.nonRetryable('too many callers are waiting for a reconcile', 'Busy');
  };
  setHandler(messages.reconcileNow, reconcileNow, { validator, description: 'Reconcile now' });
}

function isWoken({ changed, forced, done }: PolicyRun): boolean {
  return changed || forced > done;
}

const historyLimit = 1_000;

/**
 * Continues as new when the history is long. The new run always checks once, so a signal that arrived late is not lost.
 */
async function continueIfLong(run: PolicyRun): Promise<void> {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  if (!continueAsNewSuggested && historyLength <= (run.state.historyLimit ?? historyLimit)) return;
  await condition(() => allHandlersFinished() || run.forced > run.done);
  if (!allHandlersFinished()) return;
  const forced = run.forced > run.done;
  await continueAsNew<typeof policy>(run.ref, { ...run.state, forced });
}

async function sleepUntilWoken(run: PolicyRun): Promise<void> {
  if (isWoken(run)) return;
  const shared = await shareChecks(run);
  if (isWoken(run)) return;
  const next = nextDelay(run.state);
  const delay = shared === undefined ? next : ownCheckDelay(run.state);
  run.sleepsIn = shared;
  run.nextCheck = new Date(Date.now() + next).toISOString();
  setCurrentDetails(policyDetails(run.ref, viewOf(run)));
  const alone = shared === undefined ? 'next check' : 'next check of its own';
  await condition(() => isWoken(run), delay, { summary: `${alone} in ${durationText(delay)}` });
  run.nextCheck = undefined;
  run.sleepsIn = undefined;
}
