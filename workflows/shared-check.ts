import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { TemporalFailure, type Priority } from '@temporalio/common';
import type { CheckedTogether, SharedMember } from '../activities/check-contract.ts';
import type { Refused } from '../activities/outcome.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { asData, fairly, priorities, quickly, remote } from './activities.ts';
import { durationText, intervalOf, quieter } from './delay.ts';
import { sharedCheckDetails } from './details.ts';
import * as messages from './messages.ts';
import { zoneOptions } from './zone.ts';

/** What the workflow keeps across continue-as-new. Plain JSON. */
interface SharedCheckState {
  readonly members: readonly Member[];
  /** How many checks in a row had one member. */
  readonly lonely?: number;
  /** Events after which the workflow continues as new; tests lower it. */
  readonly historyLimit?: number;
}

interface Member {
  readonly member: SharedMember;
  /** Time of the last check, by the policy itself or here. Milliseconds since 1970. */
  readonly checkedMs: number;
  /** The policy joined after the last check here. */
  readonly isNew: boolean;
}

interface SharedCheckRun {
  readonly members: Map<string, Member>;
  readonly historyLimit: number;
  lonely: number;
}

/**
 * Checks policies of one namespace that use one database with the same login role, each at its interval and all that
 * are due in one activity. A policy for which something may have changed is woken and leaves; it joins again when it is
 * in sync. Ends when no policy is left.
 */
export async function sharedCheck(id: string, carried?: SharedCheckState): Promise<void> {
  const run = newRun(carried);
  listen(run);
  for (;;) {
    setCurrentDetails(sharedCheckDetails(viewOf(run)));
    await untilDue(run);
    if (run.members.size === 0) {
      if (allHandlersFinished()) return;
    } else {
      await checkDue(run);
      await endLoneliness(run);
      await continueIfLong(id, run);
    }
  }
}

function newRun({ members, lonely = 0, historyLimit = 1_000 }: SharedCheckState = empty) {
  const known = members.map((each) => [keyOf(each.member.check.ref), each] as const);
  return { members: new Map(known), historyLimit, lonely };
}

const empty: SharedCheckState = { members: [] };

function listen(run: SharedCheckRun): void {
  setHandler(messages.joinSharedCheck, (member) => {
    run.members.set(keyOf(member.check.ref), { member, checkedMs: Date.now(), isNew: true });
  });
  setHandler(messages.leaveSharedCheck, (policy) => {
    run.members.delete(keyOf(policy));
  });
  setHandler(messages.sharedCheckQuery, () => viewOf(run));
}

function viewOf({ members }: SharedCheckRun): messages.SharedCheckView {
  return {
    members: [...members.values()].map(({ member, checkedMs }) => ({
      policy: member.check.ref,
      lastCheck: new Date(checkedMs).toISOString(),
    })),
  };
}

function keyOf({ namespace, name }: ResourceRef): string {
  return `${namespace}/${name}`;
}

/** A policy alone checks itself after 90 to 100 % of its interval: see delay.ts. */
const earliest = 0.9;

/** Waits until a member is due, or none is left. */
async function untilDue(run: SharedCheckRun): Promise<void> {
  for (;;) {
    const due = nextDue(run);
    const delay = due - Date.now();
    if (run.members.size === 0 || delay <= 0) return;
    const isSooner = () => run.members.size === 0 || nextDue(run) < due;
    const summary = `next check of ${policies(run.members.size)} in ${durationText(delay)}`;
    if (!(await condition(isSooner, delay, { summary }))) return;
  }
}

function policies(count: number): string {
  return count === 1 ? '1 policy' : `${count} policies`;
}

function nextDue({ members }: SharedCheckRun): number {
  return Math.min(
    ...[...members.values()].map(
      ({ checkedMs, member }) => checkedMs + latest * intervalOf(member.intervals) * 1_000,
    ),
  );
}

/** Leaves room for the check itself, so that it ends within the interval. */
const latest = 0.95;

/** Members in one activity, which must be short. The others come next. */
const mostAtOnce = 250;

/** A new member is checked early once. From then on it is due at the same time as the others. */
function dueMembers({ members }: SharedCheckRun): Member[] {
  const now = Date.now();
  const due = [...members.values()].filter(
    ({ isNew, checkedMs, member }) =>
      isNew || now - checkedMs >= earliest * intervalOf(member.intervals) * 1_000,
  );
  return due.slice(0, mostAtOnce);
}

async function checkDue(run: SharedCheckRun): Promise<void> {
  const due = dueMembers(run);
  const members = due.map(({ member }) => member);
  const summary = `check ${policies(due.length)}`;
  const priority = fairly(priorities.begin, members[0]?.check.ref.namespace);
  const checked = await checkMembers(members, { summary, priority });
  // When nothing is known, each policy checks itself and reports what it meets.
  const awake = new Set(checked.kind === 'checked' ? checked.awake : due.keys());
  const checkedMs = Date.now();
  const woken: Member[] = [];
  for (const [index, each] of due.entries()) {
    const key = keyOf(each.member.check.ref);
    // It may have joined again or left in the meantime.
    if (run.members.get(key) !== each) continue;
    if (awake.has(index)) woken.push(each);
    else run.members.set(key, { member: checkedOnce(each.member), checkedMs, isNew: false });
  }
  run.lonely = run.members.size === 1 ? run.lonely + 1 : 0;
  await dismiss(run, woken, 'policyChanged');
}

/** The ID of a shared check contains the zone, so all members have the same one. */
function checkMembers(
  members: readonly SharedMember[],
  options: { readonly summary: string; readonly priority: Priority },
): Promise<CheckedTogether | Refused> {
  const zone = members[0]?.zone;
  if (zone === undefined)
    return quickly(({ checkTogether }) => checkTogether.executeWithOptions(options, [{ members }]));
  const inZone = { ...options, ...zoneOptions(zone) };
  return asData(remote.checkTogether.executeWithOptions(inZone, [{ members }]), zone);
}

function checkedOnce(member: SharedMember): SharedMember {
  return { ...member, intervals: quieter(member.intervals) };
}

/** After this many checks of one policy, the shared check saves nothing. */
const mostLonely = 2;

function endLoneliness(run: SharedCheckRun): Promise<void> {
  if (run.lonely < mostLonely || run.members.size !== 1) return Promise.resolve();
  return dismiss(run, [...run.members.values()], 'checkAlone');
}

/** Signals members, which leave. */
async function dismiss(
  run: SharedCheckRun,
  members: readonly Member[],
  signal: 'policyChanged' | 'checkAlone',
): Promise<void> {
  for (const { member } of members) run.members.delete(keyOf(member.check.ref));
  await Promise.all(
    members.map(async ({ member }) => {
      const workflowId = messages.policyWorkflowId(member.check.ref);
      try {
        await getExternalWorkflowHandle(workflowId).signal(messages[signal]);
      } catch (error) {
        // The policy's workflow has ended.
        if (!(error instanceof TemporalFailure)) throw error;
      }
    }),
  );
}

async function continueIfLong(id: string, run: SharedCheckRun): Promise<void> {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  if (!continueAsNewSuggested && historyLength <= run.historyLimit) return;
  await condition(allHandlersFinished);
  const { lonely, historyLimit } = run;
  const members = [...run.members.values()];
  await continueAsNew<typeof sharedCheck>(id, { members, lonely, historyLimit });
}
